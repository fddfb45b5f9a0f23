import { AuditLog } from "convex-audit-log";
import { componentsGeneric, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { ACTION, ACTOR, entryAt, TARGET } from "../entries";

const auditLog = new AuditLog(componentsGeneric().auditLog);

export const auditOne = mutationGeneric({
  args: { index: v.number() },
  handler: async (ctx, { index }) => {
    await auditLog.log(ctx, eventAt(index));
  },
});

export const auditMany = mutationGeneric({
  args: { index: v.number(), count: v.number() },
  handler: async (ctx, { index, count }) => {
    const events = Array.from({ length: count }, (_, i) => eventAt(index + i));
    await auditLog.logBulk(ctx, events);
  },
});

const window = { limit: v.number(), from: v.optional(v.number()), to: v.optional(v.number()) };

export const byTarget = queryGeneric({
  args: window,
  handler: async (ctx, { limit, from }) => {
    const { table: resourceType, id: resourceId } = TARGET;
    const query = { resourceType, resourceId, limit, ...since(from) };
    return countRows(await auditLog.queryByResource(ctx, query));
  },
});

export const byActor = queryGeneric({
  args: window,
  handler: async (ctx, { limit, from }) =>
    countRows(await auditLog.queryByActor(ctx, { actorId: ACTOR, limit, ...since(from) })),
});

export const byAction = queryGeneric({
  args: window,
  handler: async (ctx, { limit, from }) =>
    countRows(await auditLog.queryByAction(ctx, { action: ACTION, limit, ...since(from) })),
});

/** Its only list with pages and an end to the time range. */
export const byTime = queryGeneric({
  args: { ...window, cursor: v.union(v.string(), v.null()) },
  handler: async (ctx, { limit, from, to, cursor }) => {
    const found = (await auditLog.search(ctx, {
      filters: { ...since(from), ...(to !== undefined && { toTimestamp: to }) },
      pagination: { limit, ...(cursor !== null && { cursor }) },
    })) as { items: unknown[]; cursor: string | null; hasMore: boolean };
    return {
      rows: found.items.length,
      isDone: !found.hasMore,
      continueCursor: found.cursor ?? "",
    };
  },
});

/** The component's own functions have no types for a host. */
function countRows(entries: unknown) {
  return { rows: (entries as unknown[]).length, isDone: true, continueCursor: "" };
}

function since(from: number | undefined) {
  return from === undefined ? {} : { fromTimestamp: from };
}

function eventAt(index: number) {
  const { action, actorId, target, metadata } = entryAt(index);
  const resource = { resourceType: target.table, resourceId: target.id };
  return { action, actorId, ...resource, metadata, severity: "info" } as const;
}
