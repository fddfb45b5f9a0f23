import { throwIfInvalid, type FieldErrors } from "../shared/errors.js";
import {
  HttpFailure,
  isRetryableStatus,
  readRetryAfter,
  type HttpFailureData,
} from "./httpFailures.js";
import { readAtMost, readStart } from "./httpBodies.js";
import { fetchFollowing } from "./httpRedirects.js";
import { secretsOf, shownText, shownUrl } from "./httpSecrets.js";

/**
 * Calls to other people's servers, for the handlers of jobs: with a time limit and a size limit, and
 * failures that say by themselves whether trying again can help.
 *
 * A job may run more than once. Where the other side knows idempotency keys, send the job's own.
 *
 * @example
 * const { body } = await fetchJson("https://api.bank.example/charges", {
 *   json: { amount },
 *   headers: { Authorization: `Bearer ${key}` },
 *   idempotencyKey: ctx.job.key,
 *   signal: ctx.job.signal,
 * });
 *
 * @module
 */
export { isHttpFailure } from "./httpFailures.js";
export type { HttpFailureCode, HttpFailureData } from "./httpFailures.js";
export { NonRetryable, RetryAfter } from "./jobErrors.js";
export type { JobErrorData } from "./jobErrors.js";

export type HttpOptions = {
  /** `POST` where there is something to send, else `GET`. */
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string | Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | FormData | URLSearchParams;
  /** Sent as JSON, in place of `body`. */
  json?: unknown;
  /** Sent as `Idempotency-Key`: `ctx.job.key` is the same in every attempt. */
  idempotencyKey?: string;
  /** Ends the call: `ctx.job.signal` when the job is cancelled, or its own time is over. */
  signal?: AbortSignal;
  /** For everything until the last byte is here; 30,000 unless said otherwise. */
  timeoutMs?: number;
  /** Of the answer, after decompression; 4 MiB unless said otherwise. */
  maxBytes?: number;
  /** What errors must not repeat, besides what looks like a secret: a token in the path, a PIN in the body. */
  secrets?: string[];
  /**
   * `follow` unless said otherwise, ten times at most. Another server is sent no body, and of the
   * headers `Accept`, `Accept-Language` and `User-Agent` only; a redirect that would have to send one,
   * and every one with `error`, is a failure with its status.
   */
  redirect?: "follow" | "error";
};

export type HttpReply<Body> = { status: number; headers: Headers; body: Body };

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;
const MAX_EXCERPT_LENGTH = 300;

/**
 * The answer as JSON. It is for the caller to check that it is what the type says.
 *
 * @throws a failure as {@link isHttpFailure} knows it: retryable are network faults, timeouts, calls
 *   whose `signal` was aborted, and the statuses 408, 425, 429 and 5xx, after `Retry-After` (a day at
 *   most) where they name it; all others end a job
 * @throws VALIDATION_FAILED for a call that could never be made
 */
export async function fetchJson<Body = unknown>(
  url: string | URL,
  options: HttpOptions = {},
): Promise<HttpReply<Body>> {
  return await send(url, options, (bytes, fail) => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as Body;
    } catch {
      throw fail({ code: "HTTP_INVALID_JSON", isRetryable: false }, "answered no JSON.");
    }
  });
}

/** The answer as text, read as UTF-8; else like {@link fetchJson}. */
export async function fetchText(
  url: string | URL,
  options: HttpOptions = {},
): Promise<HttpReply<string>> {
  return await send(url, options, (bytes) => new TextDecoder().decode(bytes));
}

/** The answer as it is; else like {@link fetchJson}. */
export async function fetchBytes(
  url: string | URL,
  options: HttpOptions = {},
): Promise<HttpReply<ArrayBuffer>> {
  return await send(url, options, ({ buffer }) => buffer);
}

// --- The call --------------------------------------------------------------------------------

type Fail = (
  data: Omit<HttpFailureData, "message" | "method" | "url">,
  what: string,
) => HttpFailure;

async function send<Body>(
  url: string | URL,
  options: HttpOptions,
  read: (bytes: Uint8Array<ArrayBuffer>, fail: Fail) => Body,
): Promise<HttpReply<Body>> {
  const { target, init, follows, secrets, timeoutMs, maxBytes } = prepare(url, options);
  const { method } = init;
  const shown = shownUrl(target);
  const failed: Fail = (data, what) =>
    new HttpFailure({ ...data, message: `${method} ${shown} ${what}`, method, url: shown });

  const limit = openLimit(timeoutMs, options.signal, failed);
  try {
    const call = async (): Promise<HttpReply<Body>> => {
      limit.signal.throwIfAborted();
      const response = await fetchFollowing(target, { ...init, signal: limit.signal }, follows);
      const { status, headers } = response;
      if (!response.ok) throw await statusFailure(response, secrets, failed);
      const fail: Fail = (data, what) => failed({ ...data, status }, what);
      const bytes = await readAtMost(response, maxBytes);
      if (!bytes) {
        const data = { code: "HTTP_TOO_LARGE", isRetryable: false } as const;
        throw fail(data, `answered more than ${maxBytes} bytes.`);
      }
      return { status, headers, body: read(bytes, fail) };
    };
    return await Promise.race([call(), limit.reached]);
  } catch (error) {
    if (error instanceof HttpFailure) throw error;
    const why = shownText(reasonOf(error), secrets, MAX_EXCERPT_LENGTH);
    throw failed({ code: "HTTP_NETWORK", isRetryable: true }, `could not be reached: ${why}`);
  } finally {
    limit.close();
  }
}

async function statusFailure(
  response: Response,
  secrets: readonly string[],
  failed: Fail,
): Promise<HttpFailure> {
  const { status, headers } = response;
  const isRetryable = isRetryableStatus(status);
  const retryAfterMs = isRetryable
    ? readRetryAfter(headers.get("Retry-After"), Date.now())
    : undefined;
  const excerpt = shownText(await readStart(response), secrets, MAX_EXCERPT_LENGTH);
  const data = {
    code: "HTTP_STATUS",
    isRetryable,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(excerpt && { excerpt }),
  } as const;
  return failed(data, `answered ${status}${excerpt && `: ${excerpt}`}`);
}

/** Timers beyond 24.8 days fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whichever comes first: the time is over, or the caller's signal. It also ends a fetch that does not listen. */
function openLimit(timeoutMs: number, outer: AbortSignal | undefined, failed: Fail) {
  const controller = new AbortController();
  let reject!: (failure: HttpFailure) => void;
  const reached = new Promise<never>((_resolve, rejectReached) => (reject = rejectReached));
  const end = (failure: HttpFailure) => {
    reject(failure);
    controller.abort(failure);
  };
  const onTimeout = () => {
    const seconds = timeoutMs / 1000;
    end(failed({ code: "HTTP_TIMEOUT", isRetryable: true }, `took longer than ${seconds} s.`));
  };
  const onAbort = () => end(failed({ code: "HTTP_ABORTED", isRetryable: true }, "was aborted."));
  const timer = setTimeout(onTimeout, Math.min(timeoutMs, MAX_TIMER_MS));
  outer?.addEventListener("abort", onAbort);
  if (outer?.aborted) onAbort();
  return {
    signal: controller.signal,
    reached,
    close: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", onAbort);
    },
  };
}

/** What a runtime says of a connection that failed: often only in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}

// --- The request -----------------------------------------------------------------------------

function prepare(url: string | URL, options: HttpOptions) {
  const { json, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const target = parseUrl(url);
  const headers = parseHeaders(options);
  const text = json === undefined ? undefined : stringify(json);
  const body = json === undefined ? options.body : text;
  const method = (options.method ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  const faults: FieldErrors = {
    ...(!target && { url: BAD_URL }),
    ...(!headers && { headers: BAD_HEADERS }),
    ...(json !== undefined && text === undefined && { json: NO_JSON }),
    ...(!METHOD.test(method) && { method: BAD_METHOD }),
    ...(body !== undefined && /^(GET|HEAD)$/.test(method) && { method: NO_BODY }),
    ...(!isPositive(timeoutMs) && { timeoutMs: NOT_POSITIVE }),
    ...(!isPositive(maxBytes) && { maxBytes: NOT_POSITIVE }),
  };
  throwIfInvalid(faults, "The call was not made.");

  const account = signIn(target!, headers!);
  const secrets = secretsOf(target!, headers!, [...account, ...(options.secrets ?? [])]);
  if (json !== undefined && !headers!.has("Content-Type")) {
    headers!.set("Content-Type", "application/json");
  }
  const init = { method, headers: headers!, ...(body !== undefined && { body }) };
  const follows = options.redirect !== "error";
  return { target: target!, init, follows, secrets, timeoutMs, maxBytes };
}

/**
 * `https://user:password@host`, which `fetch` refuses, as the header it stands for.
 *
 * @returns what of it is secret
 */
function signIn(target: URL, headers: Headers): string[] {
  const account = [target.username, target.password].map(decodeURIComponent);
  if (account.every((part) => part === "")) return [];
  target.username = "";
  target.password = "";
  if (!headers.has("Authorization")) {
    const bytes = new TextEncoder().encode(account.join(":"));
    headers.set("Authorization", `Basic ${btoa(String.fromCharCode(...bytes))}`);
  }
  return account;
}

function parseUrl(url: string | URL): URL | undefined {
  try {
    const parsed = new URL(url);
    decodeURIComponent(parsed.username + parsed.password);
    return /^https?:$/.test(parsed.protocol) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function parseHeaders({ headers = {}, idempotencyKey }: HttpOptions): Headers | undefined {
  try {
    const parsed = new Headers(headers);
    if (idempotencyKey !== undefined) parsed.set("Idempotency-Key", idempotencyKey);
    return parsed;
  } catch {
    return undefined;
  }
}

function stringify(json: unknown): string | undefined {
  try {
    return JSON.stringify(json);
  } catch {
    return undefined;
  }
}

function isPositive(figure: number): boolean {
  return Number.isFinite(figure) && figure > 0;
}

/** Others `fetch` refuses, and what cannot stand in a request. */
const METHOD = /^(?!(CONNECT|TRACE|TRACK)$)[A-Z-]+$/;

const BAD_METHOD = { code: "invalid", message: "Use a method like GET, POST or DELETE." };
const BAD_URL = { code: "invalid", message: "Use a full address with http or https." };
const BAD_HEADERS = { code: "invalid", message: "A name or value cannot stand in a header." };
const NO_JSON = { code: "invalid", message: "This cannot be written as JSON." };
const NO_BODY = { code: "invalid", message: "GET and HEAD send nothing. Use another method." };
const NOT_POSITIVE = { code: "out_of_range", message: "Use a number above 0." };
