import retrier from "@convex-dev/action-retrier/test";
import { anyApi, type ApiFromModules } from "convex/server";
import { openWorld } from "../../instrument";
import { anIdleApp, type JobWorld } from "../jobWorld";
import * as retrying from "./retrying";

const { retrying: api } = anyApi as unknown as ApiFromModules<{ retrying: typeof retrying }>;

/** An app whose actions @convex-dev/action-retrier runs. It has nothing for mutations. */
export async function openActionRetrierWorld(): Promise<JobWorld> {
  const t = openWorld(retrying.schema, { retrying: async () => retrying });
  retrier.register(t);
  return await anIdleApp(t, {
    offer: { kinds: ["action"], hasRetries: true, hasProgress: false, isOneByOne: true },
    enqueue: (_kind, { delayMs = 0 }) => t.mutation(api.enqueue, { runAfter: delayMs }),
    fill: (count) => t.mutation(api.fill, { count }),
  });
}
