import { ConvexError } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  fetchBytes,
  fetchJson,
  fetchText,
  isHttpFailure,
  NonRetryable,
  type HttpOptions,
} from "../../src/client/http.js";
import { NOON } from "../factories.js";
import { anInternet, failureOf, URL_OF_BANK, type Answer } from "./internet.js";

async function failureWith(answer: Answer, url = URL_OF_BANK, options: HttpOptions = {}) {
  anInternet(answer);
  return await failureOf(fetchJson(url, options));
}

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("fetchJson", () => {
  test("gives what the other side answers", async () => {
    const requests = anInternet(() => Response.json({ id: "ch_1" }, { status: 201 }));
    const { status, body } = await fetchJson<{ id: string }>(URL_OF_BANK);
    expect({ status, body }).toEqual({ status: 201, body: { id: "ch_1" } });
    expect(requests[0]!.method).toBe("GET");
  });

  test("posts JSON with the job's key", async () => {
    const requests = anInternet(() => Response.json(null));
    await fetchJson(URL_OF_BANK, { json: { amount: 5 }, idempotencyKey: "job-1" });
    const [request] = requests;
    expect(request!.method).toBe("POST");
    expect(request!.headers.get("Content-Type")).toBe("application/json");
    expect(request!.headers.get("Idempotency-Key")).toBe("job-1");
    expect(await request!.json()).toEqual({ amount: 5 });
  });

  test("sends user and password of an address as a header", async () => {
    const requests = anInternet(() => Response.json(null));
    await fetchJson("https://m%C3%A9:pa%20ss@api.bank.example/");
    expect(requests[0]!.url).toBe("https://api.bank.example/");
    const bytes = Uint8Array.from(atob("bcOpOnBhIHNz"), (char) => char.charCodeAt(0));
    expect(new TextDecoder().decode(bytes)).toBe("mé:pa ss");
    expect(requests[0]!.headers.get("Authorization")).toBe("Basic bcOpOnBhIHNz");
  });

  test.each(["<html>", "", '{"a":', "NaN"])("fails for good when %j is answered", async (text) => {
    const failure = await failureWith(() => new Response(text));
    expect(failure).toMatchObject({ code: "HTTP_INVALID_JSON", isRetryable: false, status: 200 });
  });
});

describe("the other forms", () => {
  test("give text and bytes", async () => {
    anInternet(() => new Response("héllo"));
    expect((await fetchText(URL_OF_BANK)).body).toBe("héllo");
    expect((await fetchBytes(URL_OF_BANK)).body.byteLength).toBe(6);
  });

  test("take an answer without a body", async () => {
    anInternet(() => new Response(null, { status: 204 }));
    expect(await fetchText(URL_OF_BANK)).toMatchObject({ status: 204, body: "" });
  });
});

describe("a status", () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 599])("of %i can be retried", async (status) => {
    const failure = await failureWith(() => new Response("busy", { status }));
    expect(failure).toEqual({
      code: "HTTP_STATUS",
      isRetryable: true,
      status,
      excerpt: "busy",
      method: "GET",
      url: URL_OF_BANK,
      message: `GET ${URL_OF_BANK} answered ${status}: busy`,
    });
  });

  test.each([400, 401, 403, 404, 409, 410, 422, 424, 426, 428, 431, 451])(
    "of %i ends the job",
    async (status) => {
      const headers = { "Retry-After": "5" };
      const failure = await failureWith(() => new Response("no", { status, headers }));
      expect(failure).toMatchObject({ code: "HTTP_STATUS", isRetryable: false, status });
      expect(failure.retryAfterMs).toBeUndefined();
    },
  );

  test.each([
    ["120", 120_000],
    ["0", 0],
    [" 7 ", 7000],
    ["99999999999999999999", 86_400_000],
    ["Thu, 15 Jan 2026 12:01:30 GMT", 90_000],
    ["Thu, 15 Jan 2026 11:00:00 GMT", 0],
    ["Thursday, 15-Jan-26 12:01:30 GMT", 90_000],
    ["Thu Jan 15 12:01:30 2026", 90_000],
    ["Fri, 15 Jan 2027 12:00:00 GMT", 86_400_000],
  ])("with Retry-After %j is retried after %i ms", async (value, ms) => {
    const headers = { "Retry-After": value };
    const failure = await failureWith(() => new Response("", { status: 429, headers }));
    expect(failure.retryAfterMs).toBe(ms);
  });

  test.each([
    "-1",
    "1.5",
    "soon",
    "1e3",
    "2026-01-15T12:01:30Z",
    "5 apples",
    "Thu, 99 Jan 2026 12:01:30 GMT",
  ])("leaves the wait to the policy where Retry-After is %j", async (value) => {
    const headers = { "Retry-After": value };
    const failure = await failureWith(() => new Response("", { status: 503, headers }));
    expect(failure).toMatchObject({ isRetryable: true });
    expect(failure.retryAfterMs).toBeUndefined();
  });

  test("is told with one short line of the answer", async () => {
    const failure = await failureWith(
      () => new Response(`a\n\u0000b${"x".repeat(99_999)}`, { status: 400 }),
    );
    expect(failure.excerpt).toMatch(/^a \uFFFDbx+…$/);
    expect(failure.excerpt).toHaveLength(300);
  });

  test("is told also where the answer breaks off", async () => {
    const broken = new ReadableStream({ pull: (to) => to.error(new Error("reset")) });
    const failure = await failureWith(() => new Response(broken, { status: 404 }));
    expect(failure).toMatchObject({ code: "HTTP_STATUS", status: 404, isRetryable: false });
  });
});

describe("a fault of the network", () => {
  test("can be retried, and says its cause", async () => {
    const failure = await failureWith(() => {
      throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    });
    expect(failure).toEqual({
      code: "HTTP_NETWORK",
      isRetryable: true,
      method: "GET",
      url: URL_OF_BANK,
      message: `GET ${URL_OF_BANK} could not be reached: fetch failed (connect ECONNREFUSED)`,
    });
  });

  test.each([
    ["a text", "reset"],
    ["nothing", undefined],
  ])("is understood as %s", async (_, thrown) => {
    const failure = await failureWith(() => {
      throw thrown;
    });
    expect(failure).toMatchObject({ code: "HTTP_NETWORK", isRetryable: true });
  });

  test("in the middle of an answer counts too", async () => {
    const broken = new ReadableStream({ pull: (to) => to.error(new Error("reset")) });
    const failure = await failureWith(() => new Response(broken));
    expect(failure).toMatchObject({ code: "HTTP_NETWORK", isRetryable: true });
  });
});

describe("the time limit", () => {
  const never = () => new Promise<Response>(() => {});

  test("ends a call to somebody who does not answer, and not before", async () => {
    const requests = anInternet(never);
    const call = failureOf(fetchJson(URL_OF_BANK, { timeoutMs: 5000 }));
    let isOver = false;
    void call.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(4999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject({ code: "HTTP_TIMEOUT", isRetryable: true });
    expect((await call).message).toBe(`GET ${URL_OF_BANK} took longer than 5 s.`);
    expect(requests[0]!.signal.aborted).toBe(true);
  });

  test("is 30 seconds unless said otherwise, and counts until the last byte", async () => {
    anInternet(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })));
    const call = failureOf(fetchJson(URL_OF_BANK));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await call).toMatchObject({ code: "HTTP_TIMEOUT", isRetryable: true });
  });

  test("may be longer than a timer can", async () => {
    anInternet(() => new Promise((answer) => setTimeout(() => answer(Response.json(1)), 1000)));
    const call = fetchJson(URL_OF_BANK, { timeoutMs: 2 ** 31 });
    await vi.advanceTimersByTimeAsync(1000);
    expect((await call).body).toBe(1);
  });

  test("leaves no timer behind", async () => {
    anInternet(() => Response.json(1));
    await fetchJson(URL_OF_BANK);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the signal of a job", () => {
  test("ends the call", async () => {
    const requests = anInternet(() => new Promise<Response>(() => {}));
    const job = new AbortController();
    const call = failureOf(fetchJson(URL_OF_BANK, { signal: job.signal }));
    job.abort();
    expect(await call).toMatchObject({ code: "HTTP_ABORTED", isRetryable: true });
    expect(requests[0]!.signal.aborted).toBe(true);
  });

  test("that is aborted already sends nothing", async () => {
    const requests = anInternet(() => Response.json(1));
    const failure = await failureOf(fetchJson(URL_OF_BANK, { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ code: "HTTP_ABORTED" });
    expect(requests).toEqual([]);
  });
});

describe("the size limit", () => {
  test.each([
    [10, 10, "works"],
    [11, 10, "HTTP_TOO_LARGE"],
  ])("for %i bytes of at most %i: %s", async (bytes, maxBytes, expected) => {
    anInternet(() => new Response("1".repeat(bytes)));
    const call = fetchText(URL_OF_BANK, { maxBytes });
    if (expected === "works") expect((await call).body).toHaveLength(bytes);
    else
      expect(await failureOf(call)).toMatchObject({
        code: expected,
        isRetryable: false,
        status: 200,
      });
  });

  test("stops the sender, whatever the answer says of its length", async () => {
    let sent = 0;
    let isCancelled = false;
    const endless = new ReadableStream({
      pull: (to) => to.enqueue(new Uint8Array(1000).fill(++sent)),
      cancel: () => void (isCancelled = true),
    });
    anInternet(() => new Response(endless, { headers: { "Content-Length": "10" } }));
    const failure = await failureOf(fetchBytes(URL_OF_BANK, { maxBytes: 5000 }));
    expect(failure).toMatchObject({ code: "HTTP_TOO_LARGE" });
    expect(isCancelled).toBe(true);
    expect(sent).toBeLessThan(10);
  });

  test("reads no more of a refusal than its message needs", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull: (to) => (sent++, to.enqueue(new Uint8Array(1000).fill(97))),
    });
    const failure = await failureWith(() => new Response(endless, { status: 500 }));
    expect(failure.excerpt).toHaveLength(300);
    expect(sent).toBeLessThan(10);
  });
});

describe("secrets", () => {
  const SECRET = "s3cr3t-Value%+";

  test.each<[string, string, HttpOptions]>([
    ["the authorization", URL_OF_BANK, { headers: { Authorization: `Bearer ${SECRET}` } }],
    ["a key in a header", URL_OF_BANK, { headers: { "X-Api-Key": SECRET } }],
    ["a cookie", URL_OF_BANK, { headers: { Cookie: `a=1; session=${SECRET}` } }],
    ["the query", `${URL_OF_BANK}?sig=${encodeURIComponent(SECRET)}&page=2`, {}],
    [
      "a password in the address",
      `https://ann:${encodeURIComponent(SECRET)}@api.bank.example/`,
      {},
    ],
    ["what the host declares", URL_OF_BANK, { secrets: [SECRET] }],
  ])("are kept out of every message: %s", async (_, url, options) => {
    const echoes: Answer[] = [
      async (request) => {
        const sent = [request.url, ...request.headers.values()].join(" ");
        return new Response(`${sent} ${SECRET} ${encodeURIComponent(SECRET)}`, { status: 400 });
      },
      (request) => {
        const sent = [request.url, ...request.headers.values()].join(" ");
        throw new TypeError(`Cannot fetch ${sent} ${SECRET}`);
      },
    ];
    for (const echo of echoes) {
      const failure = await failureWith(echo, url, options);
      const told = JSON.stringify(failure);
      for (const form of [SECRET, encodeURIComponent(SECRET), btoa(`ann:${SECRET}`)]) {
        expect(told).not.toContain(form);
      }
      expect(told).toContain("[redacted]");
    }
  });

  test("of nobody's request are known by how they look", async () => {
    const text =
      '{"access_token":"abc123","note":"see https://u:p@x.example/?k=v","n":1} password=hunter2';
    const { excerpt } = await failureWith(() => new Response(text, { status: 400 }));
    expect(excerpt).toBe(
      '{"access_token":[redacted],"note":"see https://x.example/?k=[redacted]","n":1} password=[redacted]',
    );
  });

  test.each([
    ["https://x.example/a?b=1&b=2&c#d", "https://x.example/a?b=[redacted]&c=[redacted]"],
    ["https://u:p@x.example:8443/", "https://x.example:8443/"],
    [
      "https://hooks.example/services/T0001/XXXXXXXXXXXXXXXXXXXX1",
      "https://hooks.example/services/T0001/[redacted]",
    ],
    [
      "https://x.example/orders/0190f2a4-7c1e-7bb0-9d55-1f0a9c3b2d11",
      "https://x.example/orders/0190f2a4-7c1e-7bb0-9d55-1f0a9c3b2d11",
    ],
    [
      "https://x.example/transactional-message-templates",
      "https://x.example/transactional-message-templates",
    ],
  ])("leave %s as %s", async (url, shown) => {
    expect((await failureWith(() => new Response("", { status: 400 }), url)).url).toBe(shown);
  });
});

describe("a call that could never be made", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each<[string, string, HttpOptions]>([
    ["url", "api.bank.example", {}],
    ["url", "ftp://api.bank.example", {}],
    ["url", "https://ann:%E0%A4%A@api.bank.example", {}],
    ["headers", URL_OF_BANK, { headers: { "a b": "c" } }],
    ["headers", URL_OF_BANK, { idempotencyKey: "a\nb" }],
    ["json", URL_OF_BANK, { json: cyclic }],
    ["json", URL_OF_BANK, { json: 1n }],
    ["method", URL_OF_BANK, { method: "get", body: "a" }],
    ["method", URL_OF_BANK, { method: "GE T" }],
    ["method", URL_OF_BANK, { method: "trace" }],
    ["timeoutMs", URL_OF_BANK, { timeoutMs: Number.NaN }],
    ["timeoutMs", URL_OF_BANK, { timeoutMs: 0 }],
    ["maxBytes", URL_OF_BANK, { maxBytes: Infinity }],
  ])("names what is wrong: %s of %s", async (field, url, options) => {
    const requests = anInternet(() => Response.json(1));
    await expect(fetchJson(url, options)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { [field]: {} } },
    });
    expect(requests).toEqual([]);
  });
});

describe("isHttpFailure", () => {
  test("tells by the data, also of another bundle's errors", () => {
    const foreign = new ConvexError({ code: "HTTP_STATUS", message: "a", isRetryable: true });
    expect(isHttpFailure(foreign)).toBe(true);
    expect(isHttpFailure(foreign, "HTTP_STATUS")).toBe(true);
    expect(isHttpFailure(foreign, "HTTP_TIMEOUT")).toBe(false);
    expect(isHttpFailure(new NonRetryable("a"))).toBe(false);
    expect(isHttpFailure(new Error("HTTP_STATUS"))).toBe(false);
  });
});
