import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verifyInclusionProof } from "convex-platform/verify";
import { api, internal } from "../../example/convex/_generated/api";
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

describe("sealState", () => {
  test("is open until a seal closes it, and changed once somebody edits it", async () => {
    const desk = await aDesk();
    await desk.ada.mutation(api.invoices.create, anInvoice());
    const [{ id } = { id: "" }] = await entries(desk.ada);
    const stateOf = async () => await desk.ada.query(api.auditProofs.sealState, { id });
    expect(await stateOf()).toEqual({ kind: "open" });
    await desk.ada.mutation(api.auditProofs.seal, {});
    expect(await stateOf()).toEqual({ kind: "sealed", seal: 0, sealedAt: Date.now() });
    await inLog(desk, async (db) => await db.patch(id, { action: "invoices.viewed" }));
    expect(await stateOf()).toEqual({ kind: "changed" });
  });
});

describe("inclusionProof", () => {
  test("convinces somebody who only keeps the head", async () => {
    const desk = await aDesk();
    await aSealedInvoice(desk.ada);
    const [entry] = await entries(desk.ada);
    const proof = await desk.ada.query(api.auditProofs.inclusionProof, { id: entry!.id });
    const checked = verifyInclusionProof(proof!, { anchor: await latestHead(desk) });
    expect(checked).toMatchObject({ ok: true, core: { action: "lineItems.created" } });
  });
});

describe("heads", () => {
  test("are those that were kept, one for each seal, for those who may verify", async () => {
    const desk = await aDesk();
    await aSealedInvoice(desk.ada);
    await latestHead(desk);
    await desk.ada.mutation(api.invoices.create, anInvoice());
    await desk.t.mutation(internal.auditProofs.sealInBackground, {});
    await latestHead(desk);
    const kept = await desk.ada.query(api.auditProofs.heads, {});
    expect(kept.map(({ index }) => index)).toEqual([0, 1]);
    expect(await desk.chloe.query(api.auditProofs.heads, {})).toEqual([]);
  });

  test("divide the log: verified one after the other, each entry is looked at once", async () => {
    const desk = await aDesk();
    await aSealedInvoice(desk.ada);
    vi.advanceTimersByTime(60_000);
    await aSealedInvoice(desk.ada);
    await latestHead(desk);
    const ends = (await desk.ada.query(api.auditProofs.heads, {})).map(({ through }) =>
      Number(through / 1_000_000n),
    );
    const all = await desk.ada.action(api.auditProofs.verify, {});
    const first = await desk.ada.action(api.auditProofs.verify, { to: ends[0]! });
    const second = await desk.ada.action(api.auditProofs.verify, { from: ends[0]! + 1 });
    expect(first.entries).toBeGreaterThan(0);
    expect(first.entries + second.entries).toBe(all.entries);
    expect(first.seals + second.seals).toBe(2);
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
    const invoice = await ada.query(api.invoices.get, { id });
    const result = await chloe.mutation(api.attempts.tryToVoid, { id, reason: "mistake" });
    expect(result).toMatchObject({ ok: false, error: { code: "FORBIDDEN" } });
    expect((await entries(ada))[0]).toMatchObject({
      action: "invoices.voided",
      outcome: "denied",
      actor: { label: "Chloé" },
      target: { id, label: invoice?.number },
    });
  });
});
