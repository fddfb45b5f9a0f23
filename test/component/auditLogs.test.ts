import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import type { EntryFilter, NewEntry } from "../../src/shared/auditLogs.js";
import { aCaller, aComponent, ann, anEntry, ben, NOON } from "../factories.js";

/** What accessors of all kinds (with an identity, a request) have in common. */
type TestComponent = Pick<ReturnType<typeof aComponent>, "query" | "mutation">;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function record(t: TestComponent, entry: Partial<NewEntry> = {}, caller = aCaller()) {
  return await t.mutation(api.auditLogs.record, { caller, entry: anEntry(entry) });
}

async function list(t: TestComponent, filter: EntryFilter = {}, numItems = 200) {
  return await t.query(api.auditLogs.list, { filter, paginationOpts: { numItems, cursor: null } });
}

async function idsOf(t: TestComponent, filter: EntryFilter) {
  return (await list(t, filter)).page.map(({ target }) => target.id);
}

describe("record", () => {
  test("keeps what happened, who did it and where it came from", async () => {
    const t = aComponent().withRequestMetadata({ ip: "203.0.113.176", userAgent: "Firefox" });
    const id = await record(t, {
      target: { table: "invoices", id: "inv1", label: "2026-001" },
      related: [{ table: "customers", id: "c1" }],
      tenantId: "acme",
      changes: [{ path: "status", before: "draft", after: "sent" }],
      metadata: { to: "billing@acme.example" },
      reason: "due",
      operationId: "op1",
    });
    expect(await t.query(api.auditLogs.get, { id })).toEqual({
      id,
      action: "invoices.sent",
      outcome: "success",
      actor: ann,
      target: { table: "invoices", id: "inv1", label: "2026-001" },
      related: [{ table: "customers", id: "c1" }],
      tenantId: "acme",
      changes: [{ path: "status", before: "draft", after: "sent" }],
      metadata: { to: "billing@acme.example" },
      reason: "due",
      operationId: "op1",
      request: {
        id: expect.any(String),
        functionName: "invoices:send",
        ip: "203.0.113.0",
        userAgent: "Firefox",
      },
      at: NOON,
      commitTs: BigInt(NOON) * 1_000_000n,
    });
  });

  test("never stores the request's token", async () => {
    const t = aComponent().withIdentity({ name: "Ann", subject: "ann-subject" });
    await record(t);
    const rows = await t.run(async (ctx) => await ctx.db.query("auditLogs").take(10));
    expect(rows).toHaveLength(1);
    const { authToken } = await t.mutation(async (ctx) => await ctx.meta.getRequestMetadata());
    expect(authToken).toMatch(/^eyJ/);
    expect(JSON.stringify(rows, stringifyBigint)).not.toMatch(/eyJ|authToken|ann-subject/);
  });

  test("trims the action and the reason", async () => {
    const t = aComponent();
    const id = await record(t, { action: "  invoices.sent\n", reason: " late " });
    expect(await t.query(api.auditLogs.get, { id })).toMatchObject({
      action: "invoices.sent",
      reason: "late",
    });
  });

  test("cuts a user agent of more than 512 characters", async () => {
    const t = aComponent().withRequestMetadata({ userAgent: "x".repeat(513) });
    const entry = await t.query(api.auditLogs.get, { id: await record(t) });
    expect(entry?.request.userAgent).toBe("x".repeat(512));
  });

  test("takes an action of 100 characters and refuses one of 101", async () => {
    const t = aComponent();
    await record(t, { action: "a".repeat(100) });
    await expect(record(t, { action: "a".repeat(101) })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { action: { code: "too_long" } } },
    });
    expect((await list(t)).page).toHaveLength(1);
  });

  test("names every bad field at once and writes nothing", async () => {
    const t = aComponent();
    const entry = { action: " ", target: { table: "", id: "a\u0000b" }, tenantId: "" };
    await expect(record(t, entry)).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        fields: {
          action: { code: "required" },
          "target.table": { code: "required" },
          "target.id": { code: "bad_characters" },
          tenantId: { code: "required" },
        },
      },
    });
    expect((await list(t, { allTenants: true })).page).toEqual([]);
  });

  test("calls a stranger anonymous and a scheduled function the system", async () => {
    const t = aComponent();
    const caller = { functionName: "invoices:remind", ip: "off" } as const;
    await t.mutation(api.auditLogs.record, { caller, entry: anEntry() });
    await t.run(async (ctx) => {
      await ctx.scheduler.runAfter(0, api.auditLogs.record, { caller, entry: anEntry() });
    });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    const { page } = await list(t);
    expect(page.map(({ actor }) => actor)).toEqual([
      { type: "system", id: "invoices:remind" },
      { type: "anonymous", id: "anonymous" },
    ]);
    expect(page[0]?.request.scheduledFunctionId).toEqual(expect.any(String));
  });
});

describe("recordMany", () => {
  test("keeps the order within one commit", async () => {
    const t = aComponent();
    const entries = ["a", "b", "c"].map((id) => anEntry({ target: { table: "invoices", id } }));
    await t.mutation(api.auditLogs.recordMany, { caller: aCaller(), entries });
    expect(await idsOf(t, { order: "asc" })).toEqual(["a", "b", "c"]);
    const times = (await list(t)).page.map(({ commitTs }) => commitTs);
    expect(new Set(times).size).toBe(1);
  });

  test("records all or none, and says which entry is bad", async () => {
    const t = aComponent();
    const entries = [anEntry(), anEntry({ action: "" })];
    await expect(
      t.mutation(api.auditLogs.recordMany, { caller: aCaller(), entries }),
    ).rejects.toMatchObject({ data: { fields: { "entries.1.action": { code: "required" } } } });
    expect((await list(t)).page).toEqual([]);
  });

  test("takes 8,000 entries and refuses 8,001", async () => {
    const t = aComponent();
    const entries = Array.from({ length: 8001 }, () => anEntry());
    const caller = aCaller();
    await expect(t.mutation(api.auditLogs.recordMany, { caller, entries })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { entries: { code: "too_many" } } },
    });
    const ids = await t.mutation(api.auditLogs.recordMany, { caller, entries: entries.slice(1) });
    expect(ids).toHaveLength(8000);
  });
});

describe("get", () => {
  test.each(["", "nonsense", "10001;auditLogs"])("finds nothing under %j", async (id) => {
    expect(await aComponent().query(api.auditLogs.get, { id })).toBeNull();
  });
});

describe("list", () => {
  async function aLog() {
    const t = aComponent();
    const write = async (id: string, entry: Partial<NewEntry>) => {
      vi.advanceTimersByTime(1000);
      await record(t, { target: { table: "invoices", id }, ...entry });
    };
    await write("1", { action: "invoices.created" });
    await write("2", { action: "invoices.sent", actor: ben });
    await write("3", { action: "invoices.sent", tenantId: "acme" });
    await write("4", { action: "invoices.sent", tenantId: "acme", actor: ben });
    await write("5", { action: "invoices.sent" });
    return t;
  }

  test("shows the newest first, or the oldest when asked", async () => {
    const t = await aLog();
    expect(await idsOf(t, {})).toEqual(["5", "2", "1"]);
    expect(await idsOf(t, { order: "asc" })).toEqual(["1", "2", "5"]);
  });

  test("keeps tenants apart, and whoever names none sees none of theirs", async () => {
    const t = await aLog();
    expect(await idsOf(t, { tenantId: "acme" })).toEqual(["4", "3"]);
    expect(await idsOf(t, { tenantId: "other" })).toEqual([]);
    expect(await idsOf(t, { action: "invoices.sent" })).toEqual(["5", "2"]);
    expect(await idsOf(t, { allTenants: true })).toEqual(["5", "4", "3", "2", "1"]);
  });

  test("selects by target, actor or action, with and without a tenant", async () => {
    const t = await aLog();
    expect(await idsOf(t, { target: { table: "invoices", id: "1" } })).toEqual(["1"]);
    expect(await idsOf(t, { target: { table: "customers", id: "1" } })).toEqual([]);
    expect(await idsOf(t, { target: { table: "invoices", id: "3" }, tenantId: "acme" })).toEqual([
      "3",
    ]);
    expect(await idsOf(t, { actorId: ben.id })).toEqual(["2"]);
    expect(await idsOf(t, { actorId: ben.id, tenantId: "acme" })).toEqual(["4"]);
    expect(await idsOf(t, { action: "invoices.created" })).toEqual(["1"]);
  });

  test("takes a time range from its first millisecond to before its last", async () => {
    const t = await aLog();
    const [from, to] = [NOON + 2000, NOON + 5000];
    expect(await idsOf(t, { allTenants: true, from, to })).toEqual(["4", "3", "2"]);
    expect(await idsOf(t, { allTenants: true, from: from + 1, to: to + 1 })).toEqual([
      "5",
      "4",
      "3",
    ]);
    expect(await idsOf(t, { action: "invoices.sent", from, to })).toEqual(["2"]);
    expect(await idsOf(t, { from: to, to: from })).toEqual([]);
  });

  test("reaches entries however old they are", async () => {
    const t = aComponent();
    await record(t, { action: "invoices.created", target: { table: "invoices", id: "first" } });
    for (let i = 0; i < 3; i++) {
      const entries = Array.from({ length: 1000 }, () => anEntry());
      await t.mutation(api.auditLogs.recordMany, { caller: aCaller(), entries });
    }
    expect(await idsOf(t, { action: "invoices.created" })).toEqual(["first"]);
  });

  test("reads on exactly where the page before ended, amid the entries of one commit", async () => {
    const t = aComponent();
    const entries = ["a", "b", "c", "d", "e"].map((id) => anEntry({ target: { table: "t", id } }));
    await t.mutation(api.auditLogs.recordMany, { caller: aCaller(), entries });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await t.query(api.auditLogs.list, {
        filter: {},
        paginationOpts: { numItems: 2, cursor },
      });
      seen.push(...page.page.map(({ target }) => target.id));
      cursor = page.isDone ? null : page.continueCursor;
    } while (cursor !== null);
    expect(seen).toEqual(["e", "d", "c", "b", "a"]);
  });

  test.each<[string, EntryFilter, EntryFilter]>([
    ["another action", { action: "a" }, { action: "b" }],
    ["another tenant", { tenantId: "a" }, { tenantId: "b" }],
    ["another time range", { from: 1 }, { from: 2 }],
    ["the other order", { order: "asc" }, { order: "desc" }],
  ])("refuses the cursor of %s", async (_, filter, other) => {
    const t = aComponent();
    const { continueCursor: cursor } = await list(t, filter);
    const paginationOpts = { numItems: 1, cursor };
    await t.query(api.auditLogs.list, { filter, paginationOpts });
    await expect(
      t.query(api.auditLogs.list, { filter: other, paginationOpts }),
    ).rejects.toMatchObject({ data: { code: "INVALID_CURSOR" } });
  });

  test("refuses two filters at once instead of applying one of them row by row", async () => {
    const filter = { actorId: ann.id, action: "invoices.sent" };
    await expect(list(aComponent(), filter)).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { filter: { code: "too_many_filters" } } },
    });
  });

  test.each([NaN, Infinity, -1, 2 ** 60])("refuses the time %d, naming the field", async (from) => {
    await expect(list(aComponent(), { from })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { from: { code: "out_of_range" } } },
    });
  });
});

describe("the log", () => {
  test("has no function for the host that changes or removes an entry", async () => {
    const functions = await import("../../src/component/auditLogs.js");
    const mutations = Object.entries(functions)
      .filter(([, fn]) => "isMutation" in fn && "isPublic" in fn)
      .map(([name]) => name);
    expect(mutations.sort()).toEqual(["record", "recordMany"]);
  });
});

function stringifyBigint(_: string, value: unknown) {
  return typeof value === "bigint" ? value.toString() : value;
}
