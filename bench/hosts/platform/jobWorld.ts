import {
  anyApi,
  componentsGeneric,
  type ApiFromModules,
  type FunctionArgs,
  type FunctionReference,
  type PaginationOptions,
} from "convex/server";
import type { JobFilter } from "../../../src/shared/jobs";
import { register } from "../../../src/test";
import { NOON } from "../../clock";
import { openWorld } from "../../instrument";
import { Timeline } from "../../timeline";
import { anIdleApp, MINUTE_MS, type JobWorld } from "../jobWorld";
import * as jobbing from "./jobbing";

const { jobbing: api } = anyApi as unknown as ApiFromModules<{ jobbing: typeof jobbing }>;

/** What the component's own crons call: nothing that a host could call by itself. */
const { chores } = (
  componentsGeneric() as unknown as {
    platform: { chores: { run: FunctionReference<"mutation", "internal", Record<string, never>> } };
  }
).platform;

/** What ours has besides. */
export interface PlatformJobWorld extends JobWorld {
  /** One page; the filter names a queue, a batch and an actor where the world has one. */
  page(filter: JobFilter, paginationOpts: PaginationOptions): Promise<JobPage>;
  count(max: number): Promise<number>;
  /** A batch among the jobs that wait; `null` while there are none. */
  readonly batchId: string | null;
  /** Jobs that are due at one and the same time. */
  enqueueMany(count: number): Promise<void>;
  /** Actions that begin and are never heard of again; their time is over afterwards. */
  lose(count: number): Promise<void>;
}

export interface JobPage {
  rows: number;
  isDone: boolean;
  continueCursor: string;
}

type EnqueueManyArgs = FunctionArgs<typeof api.enqueueMany>;

/** Whoever enqueues. */
export const ACTOR = "https://id.example|ada";
/** What `maxParallelism` says of the capped queue; they are taken before a line begins. */
const SLOTS = 2;
/** The timeout of a queue without one of its own, and then some. */
const LOST_AFTER_MS = 20 * MINUTE_MS;
const ENQUEUED_AT_ONCE = 500;

/** @param where - in what the jobs wait that are the world's size: for their time, or for a slot */
export async function openPlatformJobWorld(
  where: "time" | "line" = "time",
): Promise<PlatformJobWorld> {
  const t = openWorld(jobbing.schema, { jobbing: async () => jobbing });
  register(t);
  const ada = t.withIdentity({ name: "Ada", subject: "ada", issuer: "https://id.example" });
  const time = new Timeline(NOON);
  let batchId: string | null = null;
  const base = await anIdleApp(
    t,
    {
      offer: {
        kinds: ["action", "mutation"],
        hasRetries: true,
        hasProgress: true,
        isOneByOne: true,
      },
      enqueue: (kind, { signs = 0, bytes = 0, delayMs, queue }) =>
        ada.mutation(api.enqueue, {
          name: kind === "action" ? "act" : "change",
          signs,
          bytes,
          ...(delayMs !== undefined && { delayMs }),
          ...(queue !== undefined && { queue: queue as "capped" }),
        }),
      fill: async (count, from) => {
        if (where === "line") {
          const wish = { name: "act" as const, queue: "capped" as const };
          const slots = from === 0 ? SLOTS : 0;
          await ada.mutation(api.enqueueMany, { ...wish, count: slots + count });
          return;
        }
        const name = from === 0 ? "act" : "change";
        const id = await ada.mutation(api.fill, { name, from, count });
        batchId ??= id;
      },
    },
    time,
  );
  const enqueueMany = async (wish: Omit<EnqueueManyArgs, "count">, count: number) => {
    for (let left = count; left > 0; left -= ENQUEUED_AT_ONCE) {
      const some = Math.min(left, ENQUEUED_AT_ONCE);
      await time.within(() => ada.mutation(api.enqueueMany, { ...wish, count: some }));
    }
  };
  const own: Omit<PlatformJobWorld, Exclude<keyof JobWorld, "cron">> = {
    get batchId() {
      return batchId;
    },
    page: async (filter, paginationOpts) => {
      const { page, ...rest } = await ada.query(api.list, { filter, paginationOpts });
      return { ...rest, rows: page.length };
    },
    count: async (max) => (await ada.query(api.count, { status: "scheduled", max })).count,
    enqueueMany: (count) => enqueueMany({ name: "act", queue: "default" }, count),
    cron: async () => {
      await time.within(() => t.run((ctx) => ctx.scheduler.runAfter(0, chores.run, {})));
      await base.pass(0);
    },
    lose: async (count) => {
      await enqueueMany({ name: "vanish", queue: "once" }, count);
      await base.pass(LOST_AFTER_MS);
    },
  };
  return Object.defineProperties(base, Object.getOwnPropertyDescriptors(own)) as PlatformJobWorld;
}
