import { anyApi, type ApiFromModules } from "convex/server";
import { openWorld, type World } from "../../instrument";
import { anIdleApp, type JobWorld } from "../jobWorld";
import * as pooling from "./pooling";

const { pooling: api } = anyApi as unknown as ApiFromModules<{ pooling: typeof pooling }>;

/** The peer's own, as a glob: its source does not pass our compiler settings. */
const [loadHelper] = Object.values(
  import.meta.glob<{ register(t: World): void }>("/node_modules/@convex-dev/workpool/src/test.ts"),
);

/** An app with a pool of @convex-dev/workpool. */
export async function openWorkpoolWorld(): Promise<JobWorld> {
  const t = openWorld(pooling.schema, { pooling: async () => pooling });
  (await loadHelper!()).register(t);
  return await anIdleApp(t, {
    offer: {
      kinds: ["action", "mutation"],
      hasRetries: true,
      hasProgress: false,
      isOneByOne: false,
    },
    enqueue: (kind, { delayMs = 0 }) =>
      t.mutation(kind === "action" ? api.enqueueAction : api.enqueueMutation, {
        runAfter: delayMs,
      }),
    fill: (count) => t.mutation(api.fill, { count }),
  });
}
