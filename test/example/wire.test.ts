// @vitest-environment node
import { ConvexHttpClient } from "convex/browser";
import { isPlatformError } from "convex-platform";
import { describe, expect, onTestFinished, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import mounts from "../../example/embedded/app";
import { aClient, untilQuery } from "../embedded/clients";
import { startEmbedded } from "../embedded/startEmbedded";
import { anInvoice } from "./world";

const FIRST_PAGE = { paginationOpts: { numItems: 5, cursor: null } };

/** The example as `npm run demo` serves it, and Ada signed in to it. */
async function aServedDesk() {
  const { backend, tokenFor, url, close } = await startEmbedded({ app: mounts });
  onTestFinished(close);
  await backend.engine.run("", "seed:invite");
  const http = new ConvexHttpClient(url, { logger: false });
  http.setAuth(await tokenFor("ada"));
  return { http, url, tokenFor };
}

describe("the example over the wire", () => {
  test("shows an invoice's entry to another client as soon as it is there", async () => {
    const { http, url, tokenFor } = await aServedDesk();
    const watcher = aClient(url);
    watcher.setAuth(async () => await tokenFor("ben"));
    await untilQuery(watcher, api.auditLogs.list, FIRST_PAGE, ({ page }) =>
      page.every(({ target }) => target.table !== "invoices"),
    );
    await http.mutation(api.invoices.create, anInvoice());
    await untilQuery(watcher, api.auditLogs.list, FIRST_PAGE, ({ page }) =>
      page.some(({ action, actor }) => action === "invoices.created" && actor.label === "Ada"),
    );
  });

  test("gives errors their codes and fields across the wire", async () => {
    const { http } = await aServedDesk();
    const error: unknown = await http
      .mutation(api.invoices.create, anInvoice({ title: "  " }))
      .catch((thrown: unknown) => thrown);
    expect(isPlatformError(error, "VALIDATION_FAILED")).toBe(true);
    expect(error).toMatchObject({ data: { fields: { title: { code: "required" } } } });
  });
});
