import { describe, expect, test } from "vitest";
import { actFor } from "../../src/client/calls.js";
import { aGuardedHost, entriesOf, guards, host } from "./guardedHost.js";
import { aCaller, aHost, anEntry, ann, aPlatform, ben, component } from "../factories.js";

const sweep = guards.internalMutation({
  args: {},
  permission: "invoices.delete",
  handler: async (ctx) => void (await platform.audit(ctx, entry)),
});

const entry = { action: "invoices.sent", target: { table: "invoices", id: "inv1" } };
const platform = aPlatform();

async function theEntry(t: ReturnType<typeof aHost>) {
  const { page } = await t.run((ctx) => platform.auditLogs.list(ctx, { allTenants: true }));
  expect(page).toHaveLength(1);
  return page[0]!;
}

describe("actFor", () => {
  test("makes entries of a ctx those of somebody and of their job", async () => {
    const t = aHost();
    await t.mutation(async (ctx) => {
      await platform.audit(actFor(ctx, { actor: ann, jobId: "job1" }), entry);
    });
    expect(await theEntry(t)).toMatchObject({ actor: ann, jobId: "job1" });
  });

  test("stays with a ctx that is spread into another", async () => {
    const t = aHost();
    await t.mutation(async (ctx) => {
      await platform.audit({ ...actFor(ctx, { actor: ann, jobId: "job1" }) }, entry);
    });
    expect(await theEntry(t)).toMatchObject({ actor: ann, jobId: "job1" });
  });

  test("says more than who is signed in, also that nobody is", async () => {
    const t = aHost();
    await t.withIdentity({ subject: "ben" }).mutation(async (ctx) => {
      await platform.audit(actFor(ctx, { jobId: "job1" }), entry);
    });
    expect((await theEntry(t)).actor).toEqual({ type: "anonymous", id: "anonymous" });
  });

  test("leaves a job and an actor that the entry names itself", async () => {
    const t = aHost();
    await t.mutation(async (ctx) => {
      const acting = actFor(ctx, { actor: ann, jobId: "job1" });
      await platform.audit(acting, { ...entry, actor: ben, jobId: "job2" });
    });
    expect(await theEntry(t)).toMatchObject({ actor: ben, jobId: "job2" });
  });

  test("is nothing that a field of the host's own could bring about", async () => {
    const t = aHost();
    await t.withIdentity({ tokenIdentifier: ben.id }).mutation(async (ctx) => {
      await platform.audit({ ...ctx, actor: ann, job: { id: "job1" } } as typeof ctx, entry);
    });
    const { actor, jobId } = await theEntry(t);
    expect([actor.id, jobId]).toEqual([ben.id, undefined]);
  });
});

describe("a guarded internal function", () => {
  test("hands on that the system is at work", async () => {
    const t = aGuardedHost({ sweep });
    await t.mutation(host("mutation", "sweep"), {});
    const [entry] = await entriesOf(t);
    expect(entry!.actor).toEqual({ type: "system", id: "host:sweep" });
  });
});

describe("an entry with an idempotency key", () => {
  test("is the same one, whichever job says it again", async () => {
    const t = aHost();
    const idempotencyKey = "k1";
    const ids = [];
    for (const caller of [aCaller({ jobId: "job1" }), aCaller({ jobId: "job2" }), aCaller()]) {
      const args = { caller, entry: anEntry(), idempotencyKey };
      ids.push(await t.run((ctx) => ctx.runMutation(component.auditLogs.record, args)));
    }
    expect(new Set(ids).size).toBe(1);
    expect((await theEntry(t)).jobId).toBe("job1");
  });

  test("is another one where it names another job itself", async () => {
    const t = aHost();
    const record = (jobId: string) =>
      t.run((ctx) =>
        ctx.runMutation(component.auditLogs.record, {
          caller: aCaller(),
          entry: anEntry({ jobId }),
          idempotencyKey: "k1",
        }),
      );
    await record("job1");
    await expect(record("job2")).rejects.toMatchObject({ data: { code: "CONFLICT" } });
  });
});
