import {
  paginationOptsValidator,
  paginationResultValidator,
  type GenericDataModel,
} from "convex/server";
import { v } from "convex/values";
import { platformError } from "../shared/errors.js";
import { vRestoreCheck, vTrashFilter, vTrashItem, vTrashOperation } from "../shared/trash.js";
import type { CanRunQuery } from "./contexts.js";
import type { Names } from "./guards/contexts.js";
import type { GuardedBuilders } from "./guards/functions.js";
import type { Trash } from "./trash.js";

/** Who may call which of the ready-made functions; without one of them its functions refuse everybody. */
export type TrashPermissions<Permission extends string = string> = {
  /** `trash`, `trashOperation`, `trashItems` and `checkRestore`. */
  readTrash?: Permission;
  /** `restore` and `restoreMany`. */
  restoreTrash?: Permission;
  /** `holdTrash` and `releaseTrash`. */
  holdTrash?: Permission;
  /** `purgeTrash`: what it deletes does not come back. */
  purgeTrash?: Permission;
};

export type TrashArea = Pick<
  Trash,
  | "checkRestore"
  | "get"
  | "hold"
  | "list"
  | "listOperation"
  | "purge"
  | "release"
  | "restore"
  | "restoreMany"
>;

const vError = v.object({
  code: v.string(),
  message: v.string(),
  fields: v.optional(v.any()),
  details: v.optional(v.any()),
});

const vRestored = {
  status: v.union(v.literal("restored"), v.literal("already")),
  isDone: v.optional(v.boolean()),
  missing: v.optional(v.number()),
};

const vOneRestored = v.object({
  ...vRestored,
  id: v.string(),
  status: v.union(...vRestored.status.members, v.literal("notFound"), v.literal("refused")),
  error: v.optional(vError),
});

/** One operation, and the tenant that whoever calls means it to belong to. */
const vOne = { operationId: v.string(), tenantId: v.optional(v.string()) };
type One = { operationId: string; tenantId?: string | undefined };

/** The part of `platform.api` that is about the trash. */
export function trashApi(
  guards: GuardedBuilders<GenericDataModel, Names>,
  permissions: TrashPermissions,
  trash: TrashArea,
) {
  const guard = (name: keyof TrashPermissions) => {
    // Nobody gets beyond `access` where the host has named no permission.
    const permission = permissions[name] ?? "public";
    const tenantId = (args: { tenantId?: string | undefined }) => args.tenantId;
    /** Somebody else's operation looks like one that does not exist. */
    const access = async (ctx: CanRunQuery, { operationId, tenantId }: One) => {
      assertNamed(permissions, name);
      const operation = await trash.get(ctx, operationId);
      return operation?.tenantId === tenantId && operation;
    };
    return { permission, tenantId, access };
  };

  return {
    trash: guards.query({
      args: { filter: v.optional(vTrashFilter), paginationOpts: paginationOptsValidator },
      returns: paginationResultValidator(vTrashOperation),
      permission: permissions.readTrash ?? "public",
      tenantId: ({ filter }) => filter?.tenantId,
      handler: async (ctx, { filter, paginationOpts }) => {
        assertNamed(permissions, "readTrash");
        return await trash.list(ctx, { ...filter, paginationOpts });
      },
    }),

    trashOperation: guards.query({
      ...guard("readTrash"),
      args: vOne,
      returns: vTrashOperation,
      handler: async (_ctx, _args, operation) => operation,
    }),

    trashItems: guards.query({
      ...guard("readTrash"),
      args: { ...vOne, paginationOpts: paginationOptsValidator },
      returns: paginationResultValidator(vTrashItem),
      handler: async (ctx, { operationId, paginationOpts }) =>
        await trash.listOperation(ctx, operationId, paginationOpts),
    }),

    checkRestore: guards.query({
      ...guard("readTrash"),
      args: vOne,
      returns: vRestoreCheck,
      handler: async (ctx, { operationId }) => (await trash.checkRestore(ctx, operationId))!,
    }),

    restore: guards.mutation({
      ...guard("restoreTrash"),
      args: { ...vOne, reason: v.optional(v.string()) },
      returns: v.object(vRestored),
      handler: async (ctx, { operationId, reason }) =>
        await trash.restore(ctx, operationId, withReason(reason)),
    }),

    restoreMany: guards.mutation({
      permission: permissions.restoreTrash ?? "public",
      args: {
        operationIds: v.array(v.string()),
        tenantId: v.optional(v.string()),
        reason: v.optional(v.string()),
      },
      returns: v.array(vOneRestored),
      tenantId: ({ tenantId }) => tenantId,
      handler: async (ctx, { operationIds, tenantId, reason }) => {
        assertNamed(permissions, "restoreTrash");
        const within = tenantId === undefined ? {} : { tenantId };
        return await trash.restoreMany(ctx, operationIds, { ...withReason(reason), within });
      },
    }),

    holdTrash: guards.mutation({
      ...guard("holdTrash"),
      args: { ...vOne, reason: v.string() },
      returns: v.boolean(),
      handler: async (ctx, { operationId, reason }) =>
        await trash.hold(ctx, operationId, { reason }),
    }),

    releaseTrash: guards.mutation({
      ...guard("holdTrash"),
      args: { ...vOne, reason: v.string() },
      returns: v.boolean(),
      handler: async (ctx, { operationId, reason }) =>
        await trash.release(ctx, operationId, { reason }),
    }),

    purgeTrash: guards.mutation({
      ...guard("purgeTrash"),
      args: { ...vOne, reason: v.optional(v.string()) },
      returns: v.object({
        status: v.union(v.literal("purged"), v.literal("already")),
        isDone: v.optional(v.boolean()),
      }),
      handler: async (ctx, { operationId, reason }) =>
        await trash.purge(ctx, operationId, withReason(reason)),
    }),
  };
}

function withReason(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

function assertNamed(permissions: TrashPermissions, name: keyof TrashPermissions): void {
  if (permissions[name] !== undefined) return;
  throw platformError({
    code: "NOT_CONFIGURED",
    message: `Say who may do this: platform.api(generated, { …, ${name}: "trash.${name.replace("Trash", "")}" }).`,
  });
}
