import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { aDesk, anInvoice, entries, type Desk } from "./world";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 2, 9) });
});
afterEach(() => {
  vi.useRealTimers();
});

async function latestHead({ t }: Awaited<ReturnType<typeof aDesk>>) {
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const head = await t.run(
    async (ctx) => await ctx.db.query("sealHeads").withIndex("by_index").order("desc").first(),
  );
  return { index: head!.index, hash: head!.hash };
}

/** What somebody with the admin key of the deployment can do. */
async function inLog(
  { t }: Awaited<ReturnType<typeof aDesk>>,
  edit: (db: {
    query(table: string): { collect(): Promise<{ _id: string }[]> };
    patch(id: string, fields: object): Promise<void>;
    delete(id: string): Promise<void>;
  }) => Promise<void>,
) {
  const root = t as unknown as {
    runInComponent(
      path: string,
      run: (ctx: { db: Parameters<typeof edit>[0] }) => Promise<void>,
    ): Promise<void>;
  };
  await root.runInComponent("platform", async ({ db }) => await edit(db));
}

async function aSealedInvoice(ada: Desk) {
  const id = await ada.mutation(api.invoices.create, anInvoice());
  await ada.mutation(api.auditProofs.seal, {});
  return id;
}

describe("verify", () => {
  test("finds nothing in a log that nobody changed", async () => {
    const { ada } = await aDesk();
    await aSealedInvoice(ada);
    const { page } = await ada.query(api.auditLogs.list, {
      paginationOpts: { numItems: 100, cursor: null },
    });
    expect(await ada.action(api.auditProofs.verify, {})).toMatchObject({
      ok: true,
      entries: page.length,
    });
  });

  test("names the entry that somebody edited", async () => {
    const desk = await aDesk();
    await aSealedInvoice(desk.ada);
    const [entry] = await entries(desk.ada);
    await inLog(desk, async (db) => await db.patch(entry!.id, { action: "invoices.viewed" }));
    expect(await desk.ada.action(api.auditProofs.verify, {})).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([
        expect.objectContaining({ kind: "entry_changed", entryId: entry!.id }),
      ]),
    });
  });

  test("finds out a log that was cut off only by a head kept outside", async () => {
    const desk = await aDesk();
    await aSealedInvoice(desk.ada);
    const anchor = await latestHead(desk);
    await inLog(desk, async (db) => {
      for (const table of ["auditLogs", "auditSeals", "auditSealParts"]) {
        for (const { _id } of await db.query(table).collect()) await db.delete(_id);
      }
    });
    expect(await desk.ada.action(api.auditProofs.verify, {})).toMatchObject({ ok: true });
    expect(await desk.ada.action(api.auditProofs.verify, { anchor })).toMatchObject({
      ok: false,
      faults: [{ kind: "anchor_missing", seal: 0 }],
    });
  });
});

describe("tryToVoid", () => {
  test("leaves the failure in the log and nothing else", async () => {
    const { ada } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const result = await ada.mutation(api.attempts.tryToVoid, { id, reason: "mistake" });
    expect(result).toMatchObject({ ok: false, error: { code: "INVALID_STATE" } });
    expect((await ada.query(api.invoices.get, { id }))?.status).toBe("draft");
    expect((await entries(ada))[0]).toMatchObject({
      action: "invoices.voided",
      outcome: "failure",
      reason: "Only a sent invoice can be voided.",
    });
  });

  test("remembers who was not allowed to", async () => {
    const { ada, chloe } = await aDesk();
    const id = await ada.mutation(api.invoices.create, anInvoice());
    const result = await chloe.mutation(api.attempts.tryToVoid, { id, reason: "mistake" });
    expect(result).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect((await entries(ada))[0]).toMatchObject({
      action: "invoices.voided",
      outcome: "denied",
      actor: { label: "Chloé" },
    });
  });
});
