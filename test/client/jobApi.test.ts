import { v } from "convex/values";
import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Platform, type Job } from "../../src/client/index.js";
import { component, NOON } from "../factories.js";
import { aGuardedHost, generated, host } from "./guardedHost.js";
import { job, pass } from "./jobHost.js";

/** The functions of `platform.api` about jobs: who may call which. */

const platform = new Platform(component, {
  roles: { member: { can: [] }, operator: { can: ["jobs.read", "jobs.cancel", "jobs.retry"] } },
  permissions: ["audit.read", "people.all", "jobs.read", "jobs.cancel", "jobs.retry"],
  defaultRole: "member",
});
const others = {
  readAudit: "audit.read",
  readProfiles: "people.all",
  updateProfiles: "people.all",
  setRoles: "people.all",
} as const;
const named = platform.api(generated, {
  ...others,
  readJobs: "jobs.read",
  cancelJobs: "jobs.cancel",
  retryJobs: "jobs.retry",
});
const unnamed = platform.api(generated, others);
const work = platform.jobs.action({
  args: { fails: v.boolean() },
  handler: async (_ctx, { fails }) => {
    if (fails) throw new Error("No paper.");
  },
});

const paginationOpts = { numItems: 50, cursor: null };
const FORBIDDEN = { data: { code: "FORBIDDEN" } };

async function anApp(functions: object = named) {
  const t = aGuardedHost({ ...functions, work });
  const signIn = async (name: string, role?: "operator") => {
    const person = t.withIdentity({ subject: name, issuer: "https://id.example", name });
    const sync = makeFunctionReference<
      "mutation",
      Record<string, never>,
      { profile: { id: string } }
    >("host:sync");
    const { profile } = await person.mutation(sync, {});
    if (role) await t.action((ctx) => platform.userProfiles.setRoles(ctx, profile.id, [{ role }]));
    return person;
  };
  const ann = await signIn("ann");
  const oda = await signIn("oda", "operator");
  const enqueue = (options: { tenantId?: string; delayMs?: number } = {}, fails = false) =>
    ann.mutation((ctx) =>
      platform.jobs.enqueue(
        ctx,
        job<"action", { fails: boolean }>("action", "work"),
        { fails },
        {
          retry: { maxAttempts: 1 },
          ...options,
        },
      ),
    );
  return { t, ann, oda, enqueue };
}

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

describe("jobs and job", () => {
  test("are for those whom the host lets read them", async () => {
    const { t, ann, oda, enqueue } = await anApp();
    const id = await enqueue();
    const all = { filter: { queue: "default" }, paginationOpts };
    const { page } = (await oda.query(host("query", "jobs"), all)) as { page: Job[] };
    expect(page.map((found) => found.id)).toEqual([id]);
    expect(await oda.query(host("query", "job"), { id })).toMatchObject({ id, status: "pending" });
    for (const stranger of [t, ann]) {
      expect(await stranger.query(host("query", "jobs"), all)).toMatchObject({ page: [] });
      expect(await stranger.query(host("query", "job"), { id })).toBeNull();
    }
  });

  test("hide a tenant's job from who does not name the tenant", async () => {
    const { oda, enqueue } = await anApp();
    const id = await enqueue({ tenantId: "t1" });
    expect(await oda.query(host("query", "job"), { id })).toBeNull();
    expect(await oda.query(host("query", "job"), { id, tenantId: "t2" })).toBeNull();
    expect(await oda.query(host("query", "job"), { id, tenantId: "t1" })).toMatchObject({ id });
  });
});

describe("myJob", () => {
  test("is for whoever enqueued it", async () => {
    const { t, ann, oda, enqueue } = await anApp();
    const id = await enqueue();
    expect(await ann.query(host("query", "myJob"), { id })).toMatchObject({ id });
    for (const stranger of [t, oda]) {
      expect(await stranger.query(host("query", "myJob"), { id })).toBeNull();
    }
    expect(await ann.query(host("query", "myJob"), { id: "nothing" })).toBeNull();
  });

  test("gives a stranger no job that nobody was known for", async () => {
    const { t } = await anApp();
    const id = await t.mutation((ctx) =>
      platform.jobs.enqueue(ctx, job<"action", { fails: boolean }>("action", "work"), {
        fails: false,
      }),
    );
    expect(await t.query(host("query", "myJob"), { id })).toBeNull();
  });
});

describe("cancelJob and retryJob", () => {
  test("do so for those who may", async () => {
    const { t, oda, enqueue } = await anApp();
    const waiting = await enqueue({ delayMs: 60_000 });
    const request = { id: waiting, reason: "twice" };
    expect(await oda.mutation(host("mutation", "cancelJob"), request)).toMatchObject({
      accepted: true,
      status: "cancelled",
    });
    const failed = await enqueue({}, true);
    await pass(t);
    expect(await oda.query(host("query", "job"), { id: failed })).toMatchObject({
      status: "failed",
    });
    await oda.mutation(host("mutation", "retryJob"), { id: failed });
    expect(await oda.query(host("query", "job"), { id: failed })).toMatchObject({
      status: "pending",
    });
  });

  test("refuse all others, and leave the job as it is", async () => {
    const { ann, oda, enqueue } = await anApp();
    const id = await enqueue({ delayMs: 60_000 });
    for (const name of ["cancelJob", "retryJob"]) {
      await expect(ann.mutation(host("mutation", name), { id })).rejects.toMatchObject(FORBIDDEN);
      await expect(
        oda.mutation(host("mutation", name), { id, tenantId: "t1" }),
      ).rejects.toMatchObject({ data: { code: "NOT_FOUND" } });
    }
    expect(await oda.query(host("query", "job"), { id })).toMatchObject({ status: "scheduled" });
  });
});

describe("without their permissions", () => {
  test("they refuse everybody, and say what to add", async () => {
    const { oda, enqueue } = await anApp(unnamed);
    const id = await enqueue({ delayMs: 60_000 });
    const missing = { data: { code: "NOT_CONFIGURED" } };
    const filter = { queue: "default" };
    const calls = [
      oda.query(host("query", "jobs"), { filter, paginationOpts }),
      oda.query(host("query", "job"), { id }),
      oda.mutation(host("mutation", "cancelJob"), { id }),
      oda.mutation(host("mutation", "retryJob"), { id }),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: "rejected", reason: missing });
    }
  });
});
