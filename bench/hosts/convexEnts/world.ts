import { anyApi, type ApiFromModules } from "convex/server";
import { openWorld } from "../../instrument";
import type { TrashWorld } from "../trashWorld";
import * as trashing from "./trashing";

const { trashing: api } = anyApi as unknown as ApiFromModules<{ trashing: typeof trashing }>;

/** An app that deletes softly with convex-ents. */
export async function openConvexEntsWorld(): Promise<TrashWorld> {
  const t = openWorld(trashing.schema, { trashing: async () => trashing });
  let size = 0;
  return {
    get size() {
      return size;
    },
    fill: async (wanted) => {
      await t.mutation(api.fill, { count: wanted - size });
      size = wanted;
    },
    create: (lines) => t.mutation(api.create, { lines }),
    read: async (id) => void (await t.mutation(api.read, { id })),
    softDelete: async (id) => {
      size++;
      return await t.mutation(api.softDelete, { id });
    },
    restore: async (id) => {
      size--;
      await t.mutation(api.restore, { id });
    },
  };
}
