import {
  componentsGeneric,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { Platform } from "../../../src/client/index";
import type { ComponentApi } from "../../../src/component/_generated/component";
import { vEntryFilter } from "../../../src/shared/auditLogs";
import { entryAt } from "../entries";

const components = componentsGeneric() as unknown as { platform: ComponentApi };
const platform = new Platform(components.platform);

export const auditOne = mutationGeneric({
  args: { index: v.number() },
  handler: async (ctx, { index }) => {
    await platform.audit(ctx, inputAt(index));
  },
});

export const auditMany = mutationGeneric({
  args: { index: v.number(), count: v.number() },
  handler: async (ctx, { index, count }) => {
    const entries = Array.from({ length: count }, (_, i) => inputAt(index + i));
    await platform.auditLogs.recordMany(ctx, entries);
  },
});

export const page = queryGeneric({
  args: { filter: vEntryFilter, paginationOpts: paginationOptsValidator },
  handler: async (ctx, { filter, paginationOpts }) => {
    const found = await platform.auditLogs.list(ctx, { ...filter, paginationOpts });
    const { page, isDone, continueCursor } = found;
    return { rows: page.length, isDone, continueCursor };
  },
});

function inputAt(index: number) {
  const { actorId, tenantId, ...entry } = entryAt(index);
  const tenant = tenantId === undefined ? {} : { tenantId };
  return { ...entry, ...tenant, actor: { type: "user", id: actorId } } as const;
}
