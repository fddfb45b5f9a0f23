import {
  paginationOptsValidator,
  paginationResultValidator,
  type GenericDataModel,
} from "convex/server";
import { v } from "convex/values";
import { platformError } from "../shared/errors.js";
import { vJob, vJobFilter, vReceipt, type Job } from "../shared/jobs.js";
import type { CanRunQuery } from "./contexts.js";
import type { Names } from "./guards/contexts.js";
import type { GuardedBuilders } from "./guards/functions.js";
import type { JobRecords } from "./jobRecords.js";

/** Who may call which of the ready-made functions; without one of them its functions refuse everybody. */
export type JobPermissions<Permission extends string = string> = {
  /** `jobs` and `job`. */
  readJobs?: Permission;
  /** `cancelJob` */
  cancelJobs?: Permission;
  /** `retryJob` */
  retryJobs?: Permission;
};

export type JobArea = Pick<JobRecords<string>, "cancel" | "get" | "list" | "retry">;

/** One job, and the tenant that whoever calls means it to belong to. */
const vOne = { id: v.string(), tenantId: v.optional(v.string()) };
type One = { id: string; tenantId?: string | undefined };

/** The part of `platform.api` that is about jobs. */
export function jobApi(
  guards: GuardedBuilders<GenericDataModel, Names>,
  permissions: JobPermissions,
  jobs: JobArea,
) {
  const guard = (name: keyof JobPermissions) => {
    // Nobody gets beyond `access` where the host has named no permission.
    const permission = permissions[name] ?? "public";
    const tenantId = (args: One) => args.tenantId;
    /** Somebody else's job looks like one that does not exist. */
    const access = async (ctx: CanRunQuery, { id, tenantId }: One) => {
      assertNamed(permissions, name);
      const job = await jobs.get(ctx, id);
      return job?.tenantId === tenantId && job;
    };
    return { permission, tenantId, access };
  };

  return {
    // Across tenants: for the host's own operators, with a role that is held for all of them.
    jobs: guards.query({
      args: { filter: vJobFilter, paginationOpts: paginationOptsValidator },
      returns: paginationResultValidator(vJob),
      permission: permissions.readJobs ?? "public",
      handler: async (ctx, { filter, paginationOpts }) => {
        assertNamed(permissions, "readJobs");
        return await jobs.list(ctx, { ...filter, paginationOpts });
      },
    }),

    job: guards.query({
      ...guard("readJobs"),
      args: vOne,
      returns: vJob,
      handler: async (_ctx, _args, job) => job,
    }),

    // Whoever has set something off may see how far it is, and no one else by this.
    myJob: guards.query({
      args: { id: v.string() },
      returns: vJob,
      permission: "public",
      access: async (ctx, { id }) => {
        if (ctx.actor.type !== "user") return null;
        const job = await jobs.get(ctx, id);
        return isOwn(job, ctx.actor.id) && job;
      },
      handler: async (_ctx, _args, job) => job,
    }),

    cancelJob: guards.mutation({
      ...guard("cancelJobs"),
      args: { ...vOne, reason: v.optional(v.string()) },
      returns: vReceipt,
      handler: async (ctx, { id, reason }) =>
        await jobs.cancel(ctx, id, reason === undefined ? {} : { reason }),
    }),

    retryJob: guards.mutation({
      ...guard("retryJobs"),
      args: vOne,
      returns: v.null(),
      handler: async (ctx, { id }) => {
        await jobs.retry(ctx, id);
        return null;
      },
    }),
  };
}

function isOwn(job: Job | null, actorId: string): boolean {
  return job?.actor?.type === "user" && job.actor.id === actorId;
}

function assertNamed(permissions: JobPermissions, name: keyof JobPermissions): void {
  if (permissions[name] !== undefined) return;
  throw platformError({
    code: "NOT_CONFIGURED",
    message: `Say who may do this: platform.api(generated, { …, ${name}: "jobs.${name.replace("Jobs", "")}" }).`,
  });
}
