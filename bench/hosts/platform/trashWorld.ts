import { anyApi, type ApiFromModules } from "convex/server";
import type { GenericId } from "convex/values";
import { register } from "../../../src/test";
import { NOON, stopClock, type Clock } from "../../clock";
import { openWorld } from "../../instrument";
import type { TrashWorld } from "../trashWorld";
import * as trashing from "./trashing";

const { trashing: api } = anyApi as unknown as ApiFromModules<{ trashing: typeof trashing }>;

/** An app with `platform.trash`. Signed in, as whoever deletes something is. */
export async function openPlatformTrashWorld(clock: Clock = stopClock(NOON)): Promise<TrashWorld> {
  const t = openWorld(trashing.schema, { trashing: async () => trashing });
  register(t);
  const ada = t.withIdentity({ name: "Ada", subject: "ada", issuer: "https://id.example" });
  const toItsEnd = () => t.finishAllScheduledFunctions(() => undefined);
  let size = 0;
  return {
    get size() {
      return size;
    },
    fill: async (wanted) => {
      for (; size < wanted; size += FILLED_AT_ONCE) {
        await ada.mutation(api.fill, { count: Math.min(FILLED_AT_ONCE, wanted - size) });
      }
      size = wanted;
    },
    create: (lines) => ada.mutation(api.create, { lines }),
    read: async (id) => void (await ada.mutation(api.read, { id: id as GenericId<"invoices"> })),
    softDelete: async (id) => {
      const operationId = await ada.mutation(api.softDelete, { id: id as GenericId<"invoices"> });
      await toItsEnd();
      size++;
      return operationId;
    },
    softDeleteById: async (id) => {
      await ada.mutation(api.softDeleteById, { id: id as GenericId<"invoices"> });
      size++;
    },
    restore: async (operationId) => {
      await ada.mutation(api.restore, { operationId });
      await toItsEnd();
      size--;
    },
    purge: async (operationId) => {
      await ada.mutation(api.purgeNow, { operationId });
      await toItsEnd();
      size--;
    },
    purgeDue: async () => {
      await t.mutation(api.purge, {});
      await toItsEnd();
    },
    passRetention: () => clock.advance(RETENTION_MS),
    importInvoices: async (count) => void (await t.mutation(api.importInvoices, { count })),
  };
}

const RETENTION_MS = 30 * 86_400_000;
/** What one `softDeleteMany` takes. */
const FILLED_AT_ONCE = 500;
