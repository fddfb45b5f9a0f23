import { vi } from "vitest";
import { isHttpFailure, type HttpFailureData } from "../../src/client/http.js";

export const URL_OF_BANK = "https://api.bank.example/charges";

export type Answer = (request: Request) => Promise<Response> | Response;

/** Stands for the internet; what was sent is in `requests`. */
export function anInternet(answer: Answer) {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
    const request = new Request(url, init);
    requests.push(request);
    return await answer(request);
  });
  return requests;
}

export async function failureOf(call: Promise<unknown>): Promise<HttpFailureData> {
  const error: unknown = await call.then(
    () => "It succeeded.",
    (thrown: unknown) => thrown,
  );
  if (!isHttpFailure(error)) throw error;
  return error.data;
}
