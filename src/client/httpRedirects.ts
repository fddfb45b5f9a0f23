/** Redirects are followed here, because no runtime's `fetch` keeps all of a request from other servers. */

export type HttpCall = Pick<RequestInit, "body" | "signal"> & { method: string; headers: Headers };

const MAX_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];
/** All that another server is told: none of it can be a secret. */
const HARMLESS_HEADERS = ["accept", "accept-language", "user-agent"];

/** The answer at the end of the redirects; a redirect itself where it is not followed. */
export async function fetchFollowing(
  url: URL,
  call: HttpCall,
  follows: boolean,
): Promise<Response> {
  let [at, how] = [url, call];
  for (let left = follows ? MAX_REDIRECTS : 0; ; left--) {
    const response = await fetch(at, { ...how, redirect: "manual" });
    const next = left > 0 ? nextCall(response, at, how) : undefined;
    if (!next) return response;
    response.body?.cancel().catch(() => {});
    [at, how] = next;
  }
}

/**
 * Where a redirect leads, and with what. To another server neither headers nor a body are taken along:
 * they were meant for the one that was called.
 */
function nextCall(response: Response, from: URL, call: HttpCall): [URL, HttpCall] | undefined {
  const { status, headers } = response;
  const location = headers.get("Location");
  const to = location !== null && REDIRECTS.includes(status) && parseLocation(location, from);
  if (!to) return undefined;
  const next = becomesGet(status, call.method) ? asGet(call) : call;
  if (to.origin === from.origin) return [to, next];
  return next.body == null ? [to, { ...next, headers: harmless(next.headers) }] : undefined;
}

function parseLocation(location: string, from: URL): URL | undefined {
  try {
    const to = new URL(location, from);
    const isPlain = /^https?:$/.test(to.protocol) && to.username + to.password === "";
    return isPlain ? to : undefined;
  } catch {
    return undefined;
  }
}

/** What all clients do, and the Fetch standard says. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

function asGet({ headers, signal }: HttpCall): HttpCall {
  const kept = [...headers].filter(([name]) => !name.startsWith("content-"));
  return { method: "GET", headers: new Headers(kept), ...(signal && { signal }) };
}

function harmless(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => HARMLESS_HEADERS.includes(name)));
}
