import { ConvexHttpClient } from "convex/browser";
import { isPlatformError } from "convex-platform";

/** What a call came to, told in words. */
export type Answer<Value> =
  { ok: true; value: Value } | { ok: false; code: string; message: string };

/** A client of its own beside the screen's, with whatever token one likes. */
export function clientWith(token: string): ConvexHttpClient {
  return new ConvexHttpClient(import.meta.env.VITE_CONVEX_URL, { auth: token, logger: false });
}

export async function answerTo<Value>(call: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    if (isPlatformError(error)) {
      return { ok: false, code: error.data.code, message: error.data.message };
    }
    return { ok: false, code: "REFUSED", message: error instanceof Error ? error.message : "" };
  }
}
