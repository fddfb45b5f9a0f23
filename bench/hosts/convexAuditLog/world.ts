import { anyApi, defineSchema, type ApiFromModules } from "convex/server";
import { NOON, stopClock, type Clock } from "../../clock";
import { openWorld, type World } from "../../instrument";
import type { LogQuery } from "../entries";
import { anEmptyLog, type LogWorld } from "../logWorld";
import type * as auditing from "./auditing";

const api = (anyApi as unknown as ApiFromModules<{ auditing: typeof auditing }>).auditing;

/**
 * The peer's own test helper, which registers the two aggregates below it as well. As a glob,
 * because it is published as source, and that source does not pass our compiler settings.
 */
const [loadHelper] = Object.values(
  import.meta.glob<{ register(t: World, name?: string): void }>(
    "/node_modules/convex-audit-log/src/test.ts",
  ),
);

/** An app that records through `AuditLog` of convex-audit-log, with an empty log. */
export async function openConvexAuditLogWorld(clock: Clock = stopClock(NOON)): Promise<LogWorld> {
  const t = openWorld(defineSchema({}), { auditing: () => import("./auditing") });
  (await loadHelper!()).register(t);
  return anEmptyLog(clock, {
    auditOne: (index) => t.mutation(api.auditOne, { index }),
    auditMany: (index, count) => t.mutation(api.auditMany, { index, count }),
    page: async (query, { numItems, cursor }) => {
      const { from, to } = query;
      const args = {
        limit: numItems,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
      if (query.by.length === 0) return await t.query(api.byTime, { ...args, cursor });
      const list = listFor(query);
      if (!list) return null;
      if (cursor !== null) throw new Error("This list has one page only.");
      return await t.query(list, args);
    },
    stepTowards: (numItems) => numItems,
  });
}

/** The one list it has for this filter: only `search` combines filters, or knows where a range ends. */
function listFor({ by: [filter, ...others], to }: LogQuery) {
  if (filter === undefined || filter === "tenant" || others.length > 0 || to !== undefined) {
    return null;
  }
  return { target: api.byTarget, actor: api.byActor, action: api.byAction }[filter];
}
