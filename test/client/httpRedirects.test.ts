import { afterEach, describe, expect, test, vi } from "vitest";
import { fetchJson, fetchText, type HttpOptions } from "../../src/client/http.js";
import { anInternet, failureOf, URL_OF_BANK } from "./internet.js";

afterEach(() => void vi.unstubAllGlobals());

const ELSEWHERE = "https://files.example/charges?sig=abc";

/** Answers the first call with a redirect, and all others with what they sent. */
function aRedirect(status: number, location: string) {
  const requests = anInternet(async (request) =>
    requests.length === 1
      ? new Response("Moved.", { status, headers: { Location: location } })
      : Response.json({ method: request.method, body: await request.text() }),
  );
  return requests;
}

const SECRETS = {
  Authorization: "Bearer s3cr3t",
  Cookie: "session=s3cr3t",
  "X-Api-Key": "s3cr3t",
};
const post: HttpOptions = { json: { amount: 1 }, headers: SECRETS, idempotencyKey: "job1" };

describe("a redirect to the same server", () => {
  test.each([301, 302, 303, 307, 308])("by %i is followed with all headers", async (status) => {
    const requests = aRedirect(status, "/v2/charges");
    await fetchJson(URL_OF_BANK, { headers: SECRETS });
    expect(requests.map(({ url }) => url)).toEqual([
      URL_OF_BANK,
      "https://api.bank.example/v2/charges",
    ]);
    expect(requests[1]!.headers.get("X-Api-Key")).toBe("s3cr3t");
  });

  test.each([307, 308])("by %i sends the same again", async (status) => {
    aRedirect(status, "/v2/charges");
    const { body } = await fetchJson(URL_OF_BANK, post);
    expect(body).toEqual({ method: "POST", body: '{"amount":1}' });
  });

  test.each([301, 302, 303])("by %i asks with GET for what came of a POST", async (status) => {
    const requests = aRedirect(status, "/charges/1");
    const { body } = await fetchJson(URL_OF_BANK, post);
    expect(body).toEqual({ method: "GET", body: "" });
    expect(requests[1]!.headers.has("Content-Type")).toBe(false);
  });
});

describe("a redirect to another server", () => {
  test.each([
    ["another host", ELSEWHERE],
    ["another port", "https://api.bank.example:8443/charges"],
    ["no encryption", "http://api.bank.example/charges"],
    ["a host by its name alone", "//files.example/charges"],
  ])("is followed without what was meant for the first one: %s", async (_, location) => {
    const requests = aRedirect(302, location);
    const headers = { ...SECRETS, "X-Harmless": "s3cr3t", Accept: "text/csv" };
    await fetchText(URL_OF_BANK, { headers, idempotencyKey: "job1" });
    expect([...requests[1]!.headers]).toEqual([["accept", "text/csv"]]);
  });

  test("does not get the headers back on its way to the first one", async () => {
    const hops = [ELSEWHERE, URL_OF_BANK];
    const requests = anInternet(() => {
      const location = hops.shift();
      return location === undefined
        ? Response.json(1)
        : new Response(null, { status: 302, headers: { Location: location } });
    });
    await fetchJson(URL_OF_BANK, { headers: SECRETS });
    expect(requests.map(({ headers }) => headers.has("X-Api-Key"))).toEqual([true, false, false]);
  });

  test.each([307, 308])("by %i is not sent a body", async (status) => {
    const requests = aRedirect(status, ELSEWHERE);
    expect(await failureOf(fetchJson(URL_OF_BANK, post))).toMatchObject({
      code: "HTTP_STATUS",
      status,
      isRetryable: false,
    });
    expect(requests).toHaveLength(1);
  });
});

describe("a redirect is a failure with its status", () => {
  test.each([
    ["where it leads to no web address", "ftp://files.example/"],
    ["where it leads nowhere", "https://"],
    ["where it brings a password", "https://ann:pw@api.bank.example/"],
  ])("%s", async (_, location) => {
    const requests = aRedirect(302, location);
    expect(await failureOf(fetchJson(URL_OF_BANK))).toMatchObject({
      code: "HTTP_STATUS",
      status: 302,
      excerpt: "Moved.",
    });
    expect(requests).toHaveLength(1);
  });

  test("where none was wanted", async () => {
    const requests = aRedirect(302, "/v2/charges");
    const failure = await failureOf(fetchJson(URL_OF_BANK, { redirect: "error" }));
    expect(failure).toMatchObject({ status: 302, isRetryable: false });
    expect(requests).toHaveLength(1);
  });

  test("after ten of them", async () => {
    const requests = anInternet(
      () => new Response(null, { status: 302, headers: { Location: "/again" } }),
    );
    expect(await failureOf(fetchJson(URL_OF_BANK))).toMatchObject({ status: 302 });
    expect(requests).toHaveLength(11);
  });
});
