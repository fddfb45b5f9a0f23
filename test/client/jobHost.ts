import { convexTest } from "convex-test";
import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
  type FunctionReference,
} from "convex/server";
import { v } from "convex/values";
import { vi } from "vitest";
import { Platform } from "../../src/client/index.js";
import type { JobCall } from "../../src/shared/jobs.js";
import componentSchema from "../../src/component/schema.js";
import { register } from "../../src/test.js";
import { ann, component, NOON } from "../factories.js";

/** A small host whose functions define and enqueue jobs. */

export const schema = defineSchema({
  invoices: defineTable({ title: v.string(), ownerId: v.optional(v.string()) }),
  // Nobody has told the platform.
  scratch: defineTable({ text: v.string() }),
});

export const platform = new Platform(component, {
  schema,
  roles: { viewer: { can: ["invoices.read"] }, editor: { can: ["invoices.update"] } },
  defaultRole: "editor",
  tables: { invoices: { label: "title", protect: ["ownerId"] } },
  queues: {
    mail: {
      maxParallelism: 2,
      maxPerKey: 1,
      retry: { maxAttempts: 5, initialBackoffMs: 1000 },
      timeoutMs: 30_000,
      audit: true,
    },
    once: { retry: { maxAttempts: 1 } },
  },
});

/** A handler of this host by its name. */
export function job<Kind extends "action" | "mutation", Args extends object>(
  _kind: Kind,
  name: string,
) {
  return makeFunctionReference<Kind, { job: JobCall; args: Args }, null>(
    `host:${name}`,
  ) as unknown as FunctionReference<Kind, "internal", { job: JobCall; args: Args }, null>;
}

/** What a scheduler tells of a job. */
export function aCall(parts: Partial<JobCall> = {}): JobCall {
  return {
    id: "default~host:work~1",
    attempt: 1,
    maxAttempts: 3,
    actor: ann,
    enqueuedAt: NOON,
    timeoutMs: 600_000,
    ...parts,
  };
}

const HOST = "./host.ts";

function open(functions: Record<string, unknown>) {
  return convexTest({
    schema,
    modules: { "./_generated/api.js": async () => ({}), [HOST]: async () => functions },
    transactionLimits: true,
  });
}

/** Opens a host with these functions. */
export function aJobHost(functions: Record<string, unknown>) {
  const t = open(functions);
  register(t);
  return t;
}

export type JobHost = ReturnType<typeof aJobHost>;

/** What handlers reported, in place of an engine that goes on from there. */
export type Report = { kind: "complete" | "fail" | "progress" | "heartbeat" } & Record<
  string,
  unknown
>;

/**
 * A host whose component only writes down what it is told, so that a handler's end can be looked at by
 * itself.
 *
 * @param answer - what the component says to it; a function may throw
 */
export function aHostWithoutEngine(
  functions: Record<string, unknown>,
  answer: (report: Report) => unknown = () => ({ accepted: true, isCancelled: false }),
) {
  const reports: Report[] = [];
  const note = (kind: Report["kind"]) =>
    mutationGeneric(async (_ctx, args) => {
      const report = { ...args, kind } as Report;
      reports.push(report);
      return answer(report);
    });
  const jobs = {
    complete: note("complete"),
    fail: note("fail"),
    progress: note("progress"),
    heartbeat: note("heartbeat"),
    isCancelled: queryGeneric(async () => true),
  };
  const t = open(functions);
  t.registerComponent("platform", componentSchema, {
    ...import.meta.glob("../../src/component/**/*.ts"),
    "../../src/component/jobs.ts": async () => jobs,
  });
  return { t, reports };
}

/** All entries of the log, the oldest first. */
export async function entriesOf(t: JobHost) {
  const { page } = await t.run((ctx) =>
    platform.auditLogs.list(ctx, { allTenants: true, order: "asc" }),
  );
  return page;
}

/** Passes time, and waits for what was due in it. */
export async function pass(t: Pick<JobHost, "finishInProgressScheduledFunctions">, ms = 0) {
  await vi.advanceTimersByTimeAsync(ms);
  await t.finishInProgressScheduledFunctions();
}

/** Whoever enqueues, unless a test says otherwise. */
export function asAnn<Host extends Pick<JobHost, "withIdentity">>(t: Host) {
  const identity = { tokenIdentifier: ann.id, subject: "ann", issuer: "https://id.example" };
  return t.withIdentity({ ...identity, name: "Ann" });
}
