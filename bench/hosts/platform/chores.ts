import { actionGeneric, componentsGeneric, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { Platform } from "../../../src/client/index";
import type { ComponentApi } from "../../../src/component/_generated/component";

const components = componentsGeneric() as unknown as { platform: ComponentApi };
const platform = new Platform(components.platform);

export const seal = mutationGeneric({
  args: {},
  handler: async (ctx) => await platform.auditLogs.seal(ctx),
});

export const verify = actionGeneric({
  args: {},
  handler: async (ctx) => (await platform.auditLogs.verify(ctx)).faults.length,
});

/** A day is the shortest retention, so the bench's clock has to be a day ahead. */
export const prune = mutationGeneric({
  args: {},
  handler: async (ctx) => await platform.auditLogs.prune(ctx, [{ prefix: "", days: 1 }]),
});

export const startExport = mutationGeneric({
  args: {},
  handler: async (ctx) =>
    await platform.auditLogs.export(ctx, { allTenants: true, format: "ndjson" }),
});

export const exportStatus = queryGeneric({
  args: { id: v.string() },
  handler: async (ctx, { id }) => (await platform.auditLogs.exports.get(ctx, id))?.status,
});
