import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import type { GenericDataModel } from "convex/server";
import { v } from "convex/values";
import { vAuditEntry, vEntryFilter } from "../../shared/auditLogs.js";
import { vGrant } from "../../shared/permissions.js";
import { vProfile, vProfileFilter, vProfilePatch, vSyncResult } from "../../shared/userProfiles.js";
import type { AuditLogs } from "../auditLogs.js";
import { jobApi, type JobArea, type JobPermissions } from "../jobApi.js";
import { trashApi, type TrashArea, type TrashPermissions } from "../trashApi.js";
import type { UserProfiles } from "../userProfiles.js";
import type { Names } from "./contexts.js";
import type { Builders, GuardedBuilders } from "./functions.js";

/** Who may call which of the ready-made functions. */
export type ApiPermissions<Permission extends string = string> = JobPermissions<Permission> &
  TrashPermissions<Permission> & {
    /** `auditLog` and `auditEntry`. */
    readAudit: Permission;
    /** `profiles` */
    readProfiles: Permission;
    /** `updateProfile` */
    updateProfiles: Permission;
    /** `setRoles`. Whoever has it can give themselves every role. */
    setRoles: Permission;
  };

export type ApiAreas = {
  auditLogs: Pick<AuditLogs, "get" | "list">;
  userProfiles: Pick<UserProfiles, "current" | "list" | "setRoles" | "sync" | "update">;
  jobs: JobArea;
  trash: TrashArea;
};

/**
 * Functions that a host would write the same way, to be exported from one of its files.
 *
 * `me` and `sync` are for everybody about themselves, also for who is suspended: they have to be
 * told. All others ask for the permission that the host names. Roles that are held for one tenant
 * open the entries of that tenant only.
 *
 * @example
 * export const { me, sync, auditLog, auditEntry, profiles, updateProfile, setRoles } = platform.api(
 *   generated,
 *   { readAudit: "audit.read", readProfiles: "people.read", updateProfiles: "people.update",
 *     setRoles: "people.setRoles" },
 * );
 */
export function guardedApi<DataModel extends GenericDataModel, N extends Names>(
  builders: Builders<DataModel>,
  guarded: GuardedBuilders<DataModel, N>,
  permissions: ApiPermissions<N["permission"]>,
  { auditLogs, userProfiles, jobs, trash }: ApiAreas,
) {
  // Of the host's tables, these functions touch none.
  const { query, mutation } = builders as unknown as Builders<GenericDataModel>;
  const guards = guarded as unknown as GuardedBuilders<GenericDataModel, Names>;
  return {
    me: query({
      args: {},
      returns: v.union(vProfile, v.null()),
      handler: async (ctx) => await userProfiles.current(ctx),
    }),

    sync: mutation({
      args: {},
      returns: vSyncResult,
      handler: async (ctx) => await userProfiles.sync(ctx),
    }),

    auditLog: guards.query({
      args: { filter: v.optional(vEntryFilter), paginationOpts: paginationOptsValidator },
      returns: paginationResultValidator(vAuditEntry),
      permission: permissions.readAudit,
      tenantId: ({ filter }) => filter?.tenantId,
      handler: async (ctx, { filter, paginationOpts }) =>
        await auditLogs.list(ctx, { ...filter, paginationOpts }),
    }),

    auditEntry: guards.query({
      args: { id: v.string(), tenantId: v.optional(v.string()) },
      returns: vAuditEntry,
      permission: permissions.readAudit,
      tenantId: ({ tenantId }) => tenantId,
      access: async (ctx, { id, tenantId }) => {
        const entry = await auditLogs.get(ctx, id);
        return entry?.tenantId === tenantId && entry;
      },
      handler: async (_ctx, _args, entry) => entry,
    }),

    profiles: guards.query({
      args: { filter: v.optional(vProfileFilter), paginationOpts: paginationOptsValidator },
      returns: paginationResultValidator(vProfile),
      permission: permissions.readProfiles,
      handler: async (ctx, { filter, paginationOpts }) =>
        await userProfiles.list(ctx, { ...filter, paginationOpts }),
    }),

    updateProfile: guards.mutation({
      args: { id: v.string(), patch: vProfilePatch },
      returns: vProfile,
      permission: permissions.updateProfiles,
      handler: async (ctx, { id, patch }) => await userProfiles.update(ctx, id, patch),
    }),

    setRoles: guards.mutation({
      args: { id: v.string(), grants: v.array(vGrant) },
      returns: vProfile,
      permission: permissions.setRoles,
      handler: async (ctx, { id, grants }) => await userProfiles.setRoles(ctx, id, grants),
    }),

    ...jobApi(guards, permissions, jobs),
    ...trashApi(guards, permissions, trash),
  };
}
