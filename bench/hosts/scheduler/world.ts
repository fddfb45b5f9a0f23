import { anyApi, type ApiFromModules } from "convex/server";
import { openWorld } from "../../instrument";
import { anIdleApp, type JobWorld } from "../jobWorld";
import * as scheduling from "./scheduling";

const { scheduling: api } = anyApi as unknown as ApiFromModules<{ scheduling: typeof scheduling }>;

/** An app that schedules functions and keeps no track of them: what any job costs on Convex. */
export async function openSchedulerWorld(): Promise<JobWorld> {
  const t = openWorld(scheduling.schema, { scheduling: async () => scheduling });
  return await anIdleApp(t, {
    offer: {
      kinds: ["action", "mutation"],
      hasRetries: false,
      hasProgress: false,
      isOneByOne: true,
    },
    enqueue: (kind, { delayMs = 0 }) =>
      t.mutation(api.enqueue, { name: kind === "action" ? "act" : "change", delayMs }),
    fill: (count) => t.mutation(api.fill, { count }),
  });
}
