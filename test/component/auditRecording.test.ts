import { fc } from "@fast-check/vitest";
import { convexToJson, getConvexSize, type Value } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../src/component/_generated/api.js";
import type { AuditEntry, Caller, NewEntry } from "../../src/shared/auditLogs.js";
import { aCaller, aComponent, anEntry, ann, ben, NOON } from "../factories.js";
import {
  actionsOf,
  DAY,
  prune,
  record,
  rowsOf,
  seal,
  settle,
  type TestComponent,
} from "./sealedLog.js";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function recorded(t: TestComponent, entry: Partial<NewEntry>): Promise<AuditEntry> {
  const id = await record(t, entry);
  return (await t.query(api.auditLogs.get, { id }))!;
}

describe("an idempotency key", () => {
  async function recordOnce(
    t: Pick<TestComponent, "mutation">,
    idempotencyKey: string,
    entry: Partial<NewEntry> = {},
    caller: Caller = aCaller(),
  ) {
    const args = { caller, entry: anEntry(entry), idempotencyKey };
    return await t.mutation(api.auditLogs.record, args);
  }

  async function keysOf(t: TestComponent): Promise<string[]> {
    const rows = await t.run(async (ctx) => await ctx.db.query("auditKeys").take(10_000));
    return rows.map(({ key }) => key);
  }

  const entry: Partial<NewEntry> = {
    tenantId: "acme",
    metadata: { password: "hunter2", lines: [1n, { to: "ben" }] },
    diff: { before: { amount: 1 }, after: { amount: 2 }, personal: ["amount"] },
    personal: ["metadata.to"],
    reason: " late ",
  };

  test("gives the same entry again, wherever the second try comes from", async () => {
    const t = aComponent();
    const id = await recordOnce(t, "k1", entry);
    const again = t.withRequestMetadata({ ip: "203.0.113.7", userAgent: "Other" });
    expect(await recordOnce(again, "k1", entry, aCaller({ functionName: "other:fn" }))).toBe(id);
    expect(await actionsOf(t)).toEqual(["invoices.sent"]);
    expect(await keysOf(t)).toEqual(["k1"]);
  });

  test.each<[string, Partial<NewEntry>]>([
    ["action", { action: "invoices.paid" }],
    ["outcome", { outcome: "failure" }],
    ["target", { target: { table: "invoices", id: "inv2" } }],
    ["target's label", { target: { table: "invoices", id: "inv1", label: "One" } }],
    ["tenant", { tenantId: "birch" }],
    ["metadata", { metadata: { lines: [2n, { to: "ben" }] } }],
    ["diff", { diff: { before: { amount: 1 }, after: { amount: 3 } } }],
    ["reason", { reason: "early" }],
    ["operation", { operationId: "op1" }],
    ["personal paths", { personal: [] }],
    ["actor", { actor: ben }],
  ])("is refused with another %s, and records nothing", async (_, other) => {
    const t = aComponent();
    await recordOnce(t, "k1", entry);
    await expect(recordOnce(t, "k1", { ...entry, ...other })).rejects.toMatchObject({
      data: { code: "CONFLICT", details: { idempotencyKey: "k1" } },
    });
    expect(await actionsOf(t)).toEqual(["invoices.sent"]);
  });

  test("is refused to another caller", async () => {
    const t = aComponent();
    await recordOnce(t, "k1");
    await expect(recordOnce(t, "k1", {}, aCaller({ actor: ben }))).rejects.toMatchObject({
      data: { code: "CONFLICT" },
    });
  });

  test("of 200 characters is taken, and refused with 201, beside whatever else is wrong", async () => {
    const t = aComponent();
    await recordOnce(t, "k".repeat(200));
    await expect(recordOnce(t, "k".repeat(201), { action: "" })).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        fields: { idempotencyKey: { code: "too_long" }, action: { code: "required" } },
      },
    });
    await expect(recordOnce(t, "")).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED" } });
  });

  test("is forgotten after seven days, and not a millisecond before", async () => {
    const t = aComponent();
    await recordOnce(t, "k1");
    vi.setSystemTime(NOON + 7 * DAY);
    await t.mutation(internal.auditLogs.forgetKeys, {});
    expect(await keysOf(t)).toEqual(["k1"]);
    vi.setSystemTime(NOON + 7 * DAY + 1);
    await t.mutation(internal.auditLogs.forgetKeys, {});
    expect(await keysOf(t)).toEqual([]);
    await recordOnce(t, "k1", { action: "invoices.paid" });
    expect(await actionsOf(t)).toEqual(["invoices.sent", "invoices.paid"]);
  });

  test("is forgotten with any number of others", async () => {
    const t = aComponent();
    const entryId = await record(t);
    await t.run(async (ctx) => {
      for (let i = 0; i < 2500; i++) await ctx.db.insert("auditKeys", { key: `k${i}`, entryId });
    });
    vi.setSystemTime(NOON + 8 * DAY);
    await t.mutation(internal.auditLogs.forgetKeys, {});
    expect((await keysOf(t)).length).toBeGreaterThan(0);
    await settle(t);
    expect(await keysOf(t)).toEqual([]);
  });

  test("records anew when its entry was pruned, and is a key of that one then", async () => {
    const t = aComponent();
    const first = await recordOnce(t, "k1");
    await seal(t);
    vi.setSystemTime(NOON + DAY);
    await prune(t);
    const second = await recordOnce(t, "k1");
    expect(second).not.toBe(first);
    expect(await recordOnce(t, "k1")).toBe(second);
    expect(await keysOf(t)).toEqual(["k1"]);
  });

  test("costs nothing where it is not used", async () => {
    const t = aComponent();
    const { documentsRead, databaseQueries } = await t.mutation(async (ctx) => {
      await ctx.runMutation(api.auditLogs.record, { caller: aCaller(), entry: anEntry() });
      return await ctx.meta.getTransactionMetrics();
    });
    expect([documentsRead.used, databaseQueries.used]).toEqual([0, 0]);
    expect(await keysOf(t)).toEqual([]);
  });
});

describe("reserved actions", () => {
  test.each(["auditLogs.pruned", "auditLogs.erased", " auditLogs.pruned\n"])(
    "%j cannot be recorded by a host, in any way",
    async (action) => {
      const t = aComponent();
      const refused = {
        data: { code: "VALIDATION_FAILED", fields: { action: { code: "reserved" } } },
      };
      const [caller, entry] = [aCaller(), anEntry({ action })];
      for (const recording of [
        t.mutation(api.auditLogs.record, { caller, entry }),
        t.mutation(api.auditLogs.record, { caller, entry, idempotencyKey: "k1" }),
        t.mutation(api.auditLogs.recordMany, { caller, entries: [anEntry(), entry] }),
      ]) {
        await expect(recording).rejects.toMatchObject(refused);
      }
      expect(await actionsOf(t)).toEqual([]);
    },
  );
});

describe("secrets", () => {
  const aSecretName = fc.constantFrom(
    ..."password passwd Secret apiKey api_key X-Api-Key accessToken refresh_token Authorization".split(
      " ",
    ),
    ..."clientSecret privateKey cookie jwt cardNumber cvc ssn pin otp recoveryCodes".split(" "),
  );
  const aHarmlessName = fc.constantFrom("name", "lines", "to", "amount", "passwordChangedAt");
  const aPlainValue = fc.constantFrom<Value>("kept", 1, 2n, null, true);
  const SECRET = "S3cret-";
  const aSecret: fc.Arbitrary<Value> = fc.oneof(
    fc.nat(99).map((n) => `${SECRET}${n}`),
    fc.nat(99).map((n) => [`${SECRET}${n}`, { deep: `${SECRET}${n}` }]),
    fc.nat(99).map((n) => ({ value: `${SECRET}${n}` })),
  );

  /** Documents with secrets under their names, at any depth and in lists. */
  const aDocument = fc.letrec<{ document: Record<string, Value>; value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      aPlainValue,
      fc.array(tie("value"), { maxLength: 3 }),
      tie("document"),
    ),
    document: fc
      .tuple(
        fc.dictionary(aHarmlessName, tie("value"), { maxKeys: 3, noNullPrototype: true }),
        fc.dictionary(aSecretName, aSecret, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
      )
      .map(([plain, secret]) => ({ ...plain, ...secret })),
  })).document;

  test("are never stored, wherever they were planted", async () => {
    const t = aComponent();
    const documents = fc.sample(fc.tuple(aDocument, aDocument, aDocument), {
      seed: 5,
      numRuns: 300,
    });
    for (const [metadata, before, after] of documents) {
      await record(t, { metadata, diff: { before, after } });
      await record(t, { metadata, diff: { before: null, after } });
      const changes = [
        { path: "settings", before, after },
        { path: "lines.0.password", after: `${SECRET}1` },
        { path: "token.value", before: [`${SECRET}1`] },
      ];
      await record(t, { changes });
    }
    const rows = (await rowsOf(t)).map(({ _id, ...row }) =>
      JSON.stringify(convexToJson(row as never)),
    );
    expect(rows).toHaveLength(900);
    expect(rows.filter((row) => row.includes(SECRET))).toEqual([]);
    expect(rows.filter((row) => row.includes("[redacted]"))).toHaveLength(900);
    expect(rows.filter((row) => row.includes("kept")).length).toBeGreaterThan(100);
  });

  test.each([
    ["a JWT", "because eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln said so", /eyJ/],
    ["a bearer token", "sent with Bearer abcdef123456", /abcdef/],
    ["a card number", "paid with 4111 1111 1111 1111", /1111/],
  ])("in a reason or a text are left out: %s", async (_, text, secret) => {
    const t = aComponent();
    const entry = await recorded(t, {
      reason: text,
      metadata: { note: text, lines: [{ text }] },
      changes: [{ path: "note", before: text, after: [text] }],
    });
    expect(JSON.stringify({ ...entry, commitTs: 0 })).not.toMatch(secret);
    expect(entry.reason).toContain("[redacted]");
    const found = await t.query(api.auditLogs.search, {
      query: text.split(" ").at(-1)!,
      limit: 10,
    });
    expect(JSON.stringify(found.map(({ reason }) => reason))).not.toMatch(secret);
  });
});

describe("diff", () => {
  const before = { title: "a", bank: "DE1", seen: 1, owner: { email: "a@ann.example" } };
  const after = { title: "b", bank: "DE2", seen: 2, owner: { email: "b@ann.example" } };

  test("becomes the changes between the two documents, as declared", async () => {
    const options = { redact: ["bank"], ignore: ["seen"], personal: ["owner.email"] };
    const { changes, personal } = await recorded(aComponent(), {
      diff: { before, after, ...options },
    });
    expect(changes).toEqual([
      { path: "bank", before: "[redacted]", after: "[redacted]" },
      { path: "owner.email", before: "a@ann.example", after: "b@ann.example" },
      { path: "title", before: "a", after: "b" },
    ]);
    expect(personal).toEqual(["changes.owner.email"]);
  });

  test("leaves the personal paths of the metadata beside its own", async () => {
    const { personal } = await recorded(aComponent(), {
      diff: { before, after, personal: ["owner.email"] },
      metadata: { email: "a@ann.example" },
      personal: ["metadata.email"],
    });
    expect(personal).toEqual(["metadata.email", "changes.owner.email"]);
  });

  test.each([
    ["a new document", null, { title: "a" }, [{ path: "title", after: "a" }]],
    ["a removed one", { title: "a" }, null, [{ path: "title", before: "a" }]],
    ["none", null, null, []],
  ])("of %s has one side", async (_, was, is, changes) => {
    const entry = await recorded(aComponent(), { diff: { before: was, after: is } });
    expect(entry.changes).toEqual(changes);
  });

  test("says how many changes found no room", async () => {
    const large = Object.fromEntries(Array.from({ length: 502 }, (_, i) => [`f${i}`, i]));
    const entry = await recorded(aComponent(), { diff: { before: null, after: large } });
    expect(entry.changes).toHaveLength(500);
    expect(entry.changesCut).toBe(2);
  });
});

describe("the changes of an entry", () => {
  const ROOM = 256 * 1024;
  /** Five changes of so many bytes together. */
  const changesOf = (bytes: number) => {
    const empty = ["a", "b", "c", "d", "e"].map((path) => ({ path, after: "" }));
    const room = bytes - getConvexSize(empty);
    const texts = empty.map((_, i) => "x".repeat(Math.floor((room + i) / empty.length)));
    return empty.map(({ path }, i) => ({ path, after: texts[i]! }));
  };

  test("take 256 KiB, and no byte more", async () => {
    const t = aComponent();
    expect(getConvexSize(changesOf(ROOM))).toBe(ROOM);
    await record(t, { changes: changesOf(ROOM) });
    await expect(record(t, { changes: changesOf(ROOM + 1) })).rejects.toMatchObject({
      data: { code: "VALIDATION_FAILED", fields: { changes: { code: "too_large" } } },
    });
  });
});

describe("a caller", () => {
  test("who is not to be named leaves no trace of where the call came from", async () => {
    const t = aComponent().withRequestMetadata({ ip: "203.0.113.176", userAgent: "Firefox" });
    const caller = aCaller({ actor: ann, isUnnamed: true });
    const id = await t.mutation(api.auditLogs.record, { caller, entry: anEntry() });
    const entry = await t.query(api.auditLogs.get, { id });
    expect(Object.keys(entry!.request)).toEqual(["id"]);
  });
});
