import { v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Platform } from "../../src/client/index.js";
import { verifyInclusionProof } from "../../src/shared/inclusionProofs.js";
import { component, NOON } from "../factories.js";
import { aHostWithFunctions, hostFunctions, hostSchema } from "./host.js";

type Host = ReturnType<typeof aHostWithFunctions>;

const platform = new Platform(component, {
  schema: hostSchema,
  tables: { invoices: { audit: { redact: ["bankAccount"], ignore: ["note"] } } },
});
const target = { table: "invoices", id: "1" } as const;
const signedIn = { subject: "ann", issuer: "https://id.example", name: "Ann" };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function entriesOf(t: Pick<Host, "query">) {
  return (await t.query(async (ctx) => await platform.auditLogs.list(ctx))).page;
}

describe("attempt", () => {
  const about = { action: "invoices.voided", target };

  test("gives the value of work that succeeds, and leaves the entry to the work", async () => {
    const t = aHostWithFunctions();
    const result = await t.mutation(
      async (ctx) => await platform.auditLogs.attempt(ctx, hostFunctions.write, {}, about),
    );
    expect(result).toEqual({ ok: true, value: expect.any(String) });
    expect(await entriesOf(t)).toEqual([]);
  });

  test.each(["FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED", "HELD"])(
    "remembers a refusal with %s as denied, and undoes what the work wrote",
    async (fail) => {
      const t = aHostWithFunctions();
      const result = await t
        .withIdentity(signedIn)
        .mutation(
          async (ctx) =>
            await platform.auditLogs.attempt(ctx, hostFunctions.write, { fail }, about),
        );
      expect(result).toMatchObject({
        ok: false,
        error: { code: fail, message: "Ask an administrator." },
      });
      expect(await entriesOf(t)).toMatchObject([
        {
          action: "invoices.voided",
          outcome: "denied",
          actor: { id: "https://id.example|ann", label: "Ann" },
          target,
          reason: "Ask an administrator.",
        },
      ]);
      expect(await t.run(async (ctx) => await ctx.db.query("invoices").take(1))).toEqual([]);
    },
  );

  test("remembers a host's own error as a failure and passes its message on", async () => {
    const t = aHostWithFunctions();
    const args = { fail: "host" };
    const result = await t.action(
      async (ctx) => await platform.auditLogs.attempt(ctx, hostFunctions.write, args, about),
    );
    expect(result).toMatchObject({ error: { code: null, message: "The month is closed." } });
    expect(await entriesOf(t)).toMatchObject([
      { outcome: "failure", reason: "The month is closed." },
    ]);
  });

  test("keeps the message of a bug in the log and away from the caller", async () => {
    const t = aHostWithFunctions();
    const args = { fail: "bug" };
    const result = await t.mutation(
      async (ctx) => await platform.auditLogs.attempt(ctx, hostFunctions.write, args, about),
    );
    expect(JSON.stringify(result)).not.toContain("secret");
    expect(await entriesOf(t)).toMatchObject([{ reason: "cannot read secret of undefined" }]);
  });

  test("refuses a bad description before the work is tried", async () => {
    const t = aHostWithFunctions();
    const bad = { action: undefined as never, target };
    await expect(
      t.action(async (ctx) => await platform.auditLogs.attempt(ctx, hostFunctions.write, {}, bad)),
    ).rejects.toMatchObject({ data: { fields: { action: { code: "required" } } } });
    expect(await t.run(async (ctx) => await ctx.db.query("invoices").take(1))).toEqual([]);
  });
});

describe("record with a diff", () => {
  test("works out the changes, as the table's options say", async () => {
    const t = aHostWithFunctions();
    const before = { _id: "1", _creationTime: 1, title: "a", bankAccount: "DE1", note: "x" };
    const diff = { before, after: { ...before, title: "b", bankAccount: "DE2", note: "y" } };
    await t.mutation(
      async (ctx) => await platform.audit(ctx, { action: "invoices.updated", target, diff }),
    );
    expect((await entriesOf(t))[0]?.changes).toEqual([
      { path: "bankAccount", before: "[redacted]", after: "[redacted]" },
      { path: "title", before: "a", after: "b" },
    ]);
  });
});

describe("record", () => {
  test.each([
    ["target", { target: null }],
    ["metadata", { metadata: null }],
    ["metadata", { metadata: ["a"] }],
    ["metadata", { metadata: "a" }],
    ["metadata", { metadata: new Map() }],
    ["diff.before", { diff: { before: undefined, after: null } }],
    ["diff.after", { diff: { before: null, after: ["a"] } }],
    ["diff.after", { diff: { before: null, after: new Date(0) } }],
  ])("refuses a %s of another type than it says", async (path, fields) => {
    const t = aHostWithFunctions();
    const entry = { action: "invoices.sent", target, ...fields } as never;
    await expect(t.mutation(async (ctx) => await platform.audit(ctx, entry))).rejects.toMatchObject(
      { data: { code: "VALIDATION_FAILED", fields: { [path]: {} } } },
    );
    await expect(
      t.mutation(async (ctx) => await platform.auditLogs.recordMany(ctx, [entry])),
    ).rejects.toMatchObject({ data: { fields: { [`entries.0.${path}`]: {} } } });
    expect(await entriesOf(t)).toEqual([]);
  });
});

describe("record with changes of one's own", () => {
  test("keeps what the table declares secret out of them and out of metadata", async () => {
    const t = aHostWithFunctions();
    const changes = [
      { path: "bankAccount", before: "DE1", after: "DE2" },
      { path: "title", after: "b" },
    ];
    const entry = { action: "invoices.updated", target, changes, metadata: { bankAccount: "DE2" } };
    const record = async () =>
      await t.mutation(
        async (ctx) => await platform.auditLogs.record(ctx, entry, { idempotencyKey: "once" }),
      );
    expect(await record()).toBe(await record());
    expect(await entriesOf(t)).toMatchObject([
      {
        changes: [
          { path: "bankAccount", before: "[redacted]", after: "[redacted]" },
          { path: "title", after: "b" },
        ],
        metadata: { bankAccount: "[redacted]" },
      },
    ]);
  });
});

describe("diff", () => {
  test("shows what an entry would record", async () => {
    const changes = await aHostWithFunctions().query(
      async (ctx) =>
        await platform.auditLogs.diff(ctx, { before: { a: 1 }, after: { a: 2 }, redact: [] }),
    );
    expect(changes).toEqual([{ path: "a", before: 1, after: 2 }]);
  });

  test("refuses what no entry could hold, by its path", async () => {
    const compared = aHostWithFunctions().query(
      async (ctx) =>
        await platform.auditLogs.diff(ctx, { before: { a: new Date(0) }, after: { b: "\ud800" } }),
    );
    await expect(compared).rejects.toMatchObject({
      data: { fields: { "diff.before.a": {}, "diff.after.b": {} } },
    });
  });
});

describe("revert", () => {
  async function anEditedInvoice() {
    const t = aHostWithFunctions();
    const { id, entryId } = await t.mutation(async (ctx) => {
      const id = await ctx.db.insert("invoices", { title: "a" });
      const before = (await ctx.db.get(id))!;
      await ctx.db.patch(id, { title: "b", note: "new" });
      const after = (await ctx.db.get(id))!;
      const loose = new Platform(component);
      const entryId = await loose.audit(ctx, {
        action: "invoices.updated",
        target: { table: "invoices", id },
        diff: { before, after },
      });
      return { id, entryId };
    });
    return { t, id, entryId };
  }

  test("gives the patch that brings the fields back", async () => {
    const { t, id, entryId } = await anEditedInvoice();
    await t.mutation(async (ctx) => {
      await ctx.db.patch(id, await platform.auditLogs.revert(ctx, entryId));
    });
    const row = await t.run(async (ctx) => await ctx.db.get(id));
    expect(row).toEqual({ _id: id, _creationTime: expect.any(Number), title: "a" });
  });

  test("refuses when a field has moved on, naming it", async () => {
    const { t, id, entryId } = await anEditedInvoice();
    await t.run(async (ctx) => await ctx.db.patch(id, { title: "c" }));
    await expect(
      t.query(async (ctx) => await platform.auditLogs.revert(ctx, entryId)),
    ).rejects.toMatchObject({ data: { code: "CONFLICT", details: { fields: ["title"] } } });
  });

  test("finds nothing to revert once the row is gone", async () => {
    const { t, id, entryId } = await anEditedInvoice();
    await t.run(async (ctx) => await ctx.db.delete(id));
    await expect(
      t.query(async (ctx) => await platform.auditLogs.revert(ctx, entryId)),
    ).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
  });
});

describe("seal, verify and inclusionProof", () => {
  // #region prove
  test("an edited entry is named, and an anchor tells of a log written anew", async () => {
    const t = aHostWithFunctions();
    const entryId = await t.mutation(async (ctx) => await platform.audit(ctx, sent));
    await t.mutation(async (ctx) => await platform.auditLogs.seal(ctx));
    const anchor = await t.query(async (ctx) => await platform.auditLogs.latestSeal(ctx));
    const verify = () =>
      t.action(async (ctx) => await platform.auditLogs.verify(ctx, {}, { anchor: anchor! }));
    expect(await verify()).toMatchObject({ ok: true, entries: 1, unsealed: { count: 0 } });

    await inComponent(t, async (db) => await db.patch(entryId as never, { outcome: "denied" }));
    expect(await verify()).toMatchObject({
      ok: false,
      faults: [{ kind: "entry_changed", entryId }],
    });
  });
  // #endregion

  const sent = { action: "invoices.sent", target } as const;

  test("a proof convinces somebody without the database", async () => {
    const t = aHostWithFunctions();
    const id = await t.mutation(async (ctx) => await platform.audit(ctx, sent));
    const proofOf = async () =>
      await t.query(async (ctx) => await platform.auditLogs.inclusionProof(ctx, id));
    expect(await proofOf()).toBeNull();
    await t.mutation(async (ctx) => await platform.auditLogs.seal(ctx));
    const anchor = (await t.query(async (ctx) => await platform.auditLogs.latestSeal(ctx)))!;
    const result = verifyInclusionProof((await proofOf())!, { anchor });
    expect(result).toMatchObject({ ok: true, core: { action: "invoices.sent" } });
  });

  test("the host's function hears of each new head until it is taken back", async () => {
    const t = aHostWithFunctions();
    const seal = async (onSeal?: typeof hostFunctions.keepHead | null) => {
      await t.mutation(async (ctx) => await platform.audit(ctx, sent));
      const options = onSeal === undefined ? {} : { onSeal };
      await t.mutation(async (ctx) => await platform.auditLogs.seal(ctx, options));
      await t.finishAllScheduledFunctions(vi.runAllTimers);
    };
    await seal(hostFunctions.keepHead);
    await seal();
    await seal(null);
    const heads = await t.run(async (ctx) => await ctx.db.query("heads").take(10));
    expect(heads.map(({ head }) => head.index)).toEqual([0, 1]);
  });
});

describe("hold, release, prune and pseudonymize", () => {
  const rules = [{ prefix: "invoices.", days: 30 }];
  const later = NOON + 31 * 86_400_000;

  async function anOldEntry() {
    const t = aHostWithFunctions().withIdentity(signedIn);
    await t.mutation(async (ctx) => await platform.audit(ctx, { action: "invoices.sent", target }));
    await t.mutation(async (ctx) => await platform.auditLogs.seal(ctx));
    vi.setSystemTime(later);
    return t;
  }

  test("a hold keeps what retention would take, until it is released", async () => {
    const t = await anOldEntry();
    const subject = { target };
    const reason = "lawsuit";
    await t.mutation(async (ctx) => await platform.auditLogs.hold(ctx, subject, { reason }));
    await t.mutation(async (ctx) => await platform.auditLogs.prune(ctx, rules));
    expect((await entriesOf(t)).map(({ action }) => action)).toContain("invoices.sent");
    await t.mutation(async (ctx) => await platform.auditLogs.release(ctx, subject, { reason }));
    await t.mutation(async (ctx) => await platform.auditLogs.prune(ctx, rules));
    expect((await entriesOf(t)).map(({ action }) => action)).toEqual([
      "auditLogs.pruned",
      "auditLogs.released",
      "auditLogs.held",
    ]);
    expect(await t.action(async (ctx) => await platform.auditLogs.verify(ctx))).toMatchObject({
      ok: true,
      pruned: 1,
    });
  });

  test("a person leaves the log, and the log stays provable", async () => {
    const t = await anOldEntry();
    const subject = { actorId: "https://id.example|ann" };
    await t.mutation(async (ctx) => await platform.auditLogs.pseudonymize(ctx, subject));
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(JSON.stringify((await entriesOf(t)).map(({ actor }) => actor))).not.toMatch(/ann/i);
    expect(await t.action(async (ctx) => await platform.auditLogs.verify(ctx))).toMatchObject({
      ok: true,
      erased: 1,
    });
  });
});

describe("search and stats", () => {
  test("find entries by their words, and count them by hour", async () => {
    const t = aHostWithFunctions();
    const entry = { action: "invoices.sent", target: { ...target, label: "Winter menu" } } as const;
    await t.mutation(async (ctx) => await platform.audit(ctx, entry));
    await t.mutation(async (ctx) => await platform.auditLogs.seal(ctx));
    const unsaid = { limit: undefined, tenantId: undefined } as object;
    const found = await t.query(
      async (ctx) => await platform.auditLogs.search(ctx, "winter", unsaid),
    );
    expect(found.map(({ action }) => action)).toEqual(["invoices.sent"]);
    const range = { unit: "hour", from: NOON, to: NOON + 1 } as const;
    expect(await t.query(async (ctx) => await platform.auditLogs.stats(ctx, range))).toEqual({
      buckets: [{ start: NOON, action: "invoices.sent", outcome: "success", count: 1 }],
      sealedThrough: NOON,
      tail: { count: 0, isCut: false },
    });
  });
});

describe("the action catalogue", () => {
  const strict = new Platform(component, {
    schema: hostSchema,
    actions: {
      "invoices.sent": {
        metadata: v.object({ to: v.string(), copies: v.optional(v.number()) }),
        version: 2,
      },
      "invoices.voided": {},
    },
  });

  test("keeps the version with each entry", async () => {
    const t = aHostWithFunctions();
    const entry = { action: "invoices.sent", target, metadata: { to: "a@b.example" } } as const;
    await t.mutation(async (ctx) => await strict.audit(ctx, entry));
    expect(await entriesOf(t)).toMatchObject([{ version: 2, metadata: { to: "a@b.example" } }]);
  });

  test.each([
    [
      "an action it does not know",
      { action: "invoices.sended", target },
      "action",
      "unknown_action",
    ],
    ["an inherited name", { action: "constructor", target }, "action", "unknown_action"],
    ["missing metadata", { action: "invoices.sent", target }, "metadata", "wrong_type"],
    [
      "metadata of another type",
      { action: "invoices.sent", target, metadata: { to: 1 } },
      "metadata.to",
      "wrong_type",
    ],
    [
      "a field it does not know",
      { action: "invoices.sent", target, metadata: { to: "a", cc: "b" } },
      "metadata.cc",
      "wrong_type",
    ],
    [
      "metadata where there is none",
      { action: "invoices.voided", target, metadata: {} },
      "metadata",
      "unknown_field",
    ],
  ])("refuses %s from untyped callers", async (_, entry, path, code) => {
    await expect(
      aHostWithFunctions().mutation(async (ctx) => await strict.audit(ctx, entry as never)),
    ).rejects.toMatchObject({ data: { code: "VALIDATION_FAILED", fields: { [path]: { code } } } });
  });
});

/** What somebody with the deployment's admin key can do. */
async function inComponent(
  t: Host,
  edit: (db: { patch(id: never, fields: object): Promise<void> }) => Promise<void>,
): Promise<void> {
  const root = t as unknown as {
    runInComponent(
      path: string,
      run: (ctx: { db: Parameters<typeof edit>[0] }) => Promise<void>,
    ): Promise<void>;
  };
  await root.runInComponent("platform", async ({ db }) => await edit(db));
}
