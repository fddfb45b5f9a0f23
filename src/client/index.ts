import type {
  DataModelFromSchemaDefinition,
  GenericDataModel,
  GenericSchema,
  SchemaDefinition,
  TableNamesInDataModel,
} from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Actor, IpMode, PlatformTable } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import { defineRoles } from "../shared/permissions.js";
import { checkNamedRoles, type NamedPermission, type RoleDefinitions } from "../shared/roles.js";
import type { ActionCatalogue, AuditInput } from "./auditInputs.js";
import { AuditLogs } from "./auditLogs.js";
import { notMounted } from "./calls.js";
import type { CanIdentify, CanRecord, CanRunQuery } from "./contexts.js";
import {
  guardedApi,
  Guards,
  type ApiPermissions,
  type Builders,
  type Known,
  type StampedIn,
  type Stamping,
  type TablesOf,
} from "./guards/index.js";
import type { JobArea } from "./jobApi.js";
import { Jobs } from "./jobs.js";
import type { QueueOptions } from "./jobQueues.js";
import { Permissions } from "./permissions.js";
import type { RateLimitOptions } from "./rateLimits.js";
import type { ProtectedIn, RegisteredTables, SoftDeletedIn } from "./tables.js";
import { Trash } from "./trash.js";
import type { TrashArea } from "./trashApi.js";
import type { UserProfilesOptions } from "./userProfileOptions.js";
import { UserProfiles } from "./userProfiles.js";

export type { Attempt, AttemptError } from "./attempts.js";
export type { AuditExports, ExportOptions } from "./auditExports.js";
export type { ActionCatalogue, AuditInput, TableAuditOptions } from "./auditInputs.js";
export type { ListOptions } from "./auditLogs.js";
export type { OnSeal, Progress, VerifyResult } from "./auditSeals.js";
export type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";
export type {
  FilteredPage,
  GuardedActionCtx,
  GuardedMutationCtx,
  GuardedQueryCtx,
  PaginateArgs,
  RateLimitStatus,
} from "./guards/index.js";
export type { CanReserve, Reservation, ReserveOptions } from "./reservations.js";
export type { OnDelete, Relation, Scope, SoftDeleteOptions } from "./tables.js";
export type { OneRestored, OneSoftDeleted, Restored, SoftDeleted, TrashWhy } from "./trash.js";
export type { CanPreview, SoftDeletePreview } from "./trashReads.js";
export type { TrashCtx } from "./trashSteps.js";
export type {
  JobActionCtx,
  JobCallArgs,
  JobInfo,
  JobMutationCtx,
  RunningJob,
} from "./jobContexts.js";
export { NonRetryable, RetryAfter } from "./jobErrors.js";
export type { JobErrorData } from "./jobErrors.js";
export type {
  EnqueueOptions,
  JobArgs,
  JobReference,
  OnBatchComplete,
  OnJobComplete,
} from "./jobInputs.js";
export type { QueueOptions } from "./jobQueues.js";
export type { JobListOptions } from "./jobRecords.js";
export type { BatchOptions } from "./jobs.js";
export type { OnProfileChange, UserProfilesOptions } from "./userProfileOptions.js";
export type { Export, ExportFormat } from "../shared/auditExports.js";
export type { RetentionRule, Subject } from "../shared/auditHolds.js";
export type { Actor, AuditEntry, Change, Outcome, Reference, Target } from "../shared/auditLogs.js";
export type { SealHead, TimeRange } from "../shared/auditSealing.js";
export type {
  RestoreCheck,
  RestoreConflict,
  TrashFilter,
  TrashItem,
  TrashOperation,
  TrashState,
} from "../shared/trash.js";
export { daysLeft } from "../shared/trashRules.js";
export { isPlatformError } from "../shared/errors.js";
export type { ErrorCode, FieldError, PlatformErrorData } from "../shared/errors.js";
export type { Batch, BatchEnd } from "../shared/jobBatches.js";
export type {
  Job,
  JobEnd,
  JobError,
  JobFilter,
  JobStatus,
  Redrive,
  RedriveFilter,
  RetryPolicy,
} from "../shared/jobs.js";
export { defineRoles } from "../shared/permissions.js";
export type { Grant, RoleMatrix } from "../shared/permissions.js";
export type { Profile, ProfileEvent, ProfileStatus } from "../shared/userProfiles.js";

type AnySchema = SchemaDefinition<GenericSchema, boolean>;

export type PlatformOptions<
  Schema extends AnySchema,
  Tables,
  Actions extends ActionCatalogue,
  RoleName extends string,
  Written extends string,
  Permission extends string,
  LimitName extends string,
  QueueName extends string = never,
> = {
  /** The host's schema. With it, names of tables and fields complete in the editor and a typo does not compile. */
  schema?: Schema;
  /** Who may do what. A permission is `table.verb`, with `*` for either part, or for both. */
  roles?: RoleDefinitions<RoleName, Written, Permission>;
  /** All permissions there are; without the list, those that some role names. */
  permissions?: readonly Permission[];
  /** What a new profile gets. Absent: no role. */
  defaultRole?: NoInfer<RoleName>;
  /** The role of which somebody has to be left. */
  administratorRole?: NoInfer<RoleName>;
  /** What the platform knows about the host's tables; a table named here is a registered one. */
  tables?: Tables & Known<Tables, Schema>;
  /**
   * Every action the host records, with its metadata. With it, a mistyped action or metadata does
   * not compile, and one that comes from elsewhere is refused. What the platform records by itself,
   * such as `invoices.updated`, need not be among them.
   */
  actions?: Actions;
  /** How often something may be done, by a name for `rateLimit`. */
  rateLimits?: { readonly [Name in LimitName]: RateLimitOptions<NoInfer<RoleName>> };
  /** The lanes of background jobs; `default` is there without being named. */
  queues?: { readonly [Name in QueueName]: QueueOptions };
  auditLogs?: {
    /**
     * What to keep of ip addresses: `"truncated"` (the default) keeps the network, IPv4 /24 or
     * IPv6 /48; `"full"` all of it; `"off"` nothing. `{ hashKey }` keeps an HMAC by which addresses
     * can be told apart; the key is a secret of yours, of at least 16 characters.
     */
    ip?: IpMode;
  };
  userProfiles?: Pick<UserProfilesOptions, "onChange" | "provider">;
  trash?: {
    /** The file with `platform.trash.chores`, below `convex/`; `"trash"` unless said otherwise. */
    chores?: string;
  };
};

/**
 * The platform as the host's own functions see it. Every method runs in the caller's transaction.
 *
 * @example
 * export const platform = new Platform(components.platform, { schema });
 *
 * await platform.audit(ctx, { action: "invoices.sent", target: { table: "invoices", id } });
 */
export class Platform<
  Schema extends AnySchema = SchemaDefinition<GenericSchema, false>,
  const Tables extends TablesOf<Schema> = Record<never, never>,
  const Actions extends ActionCatalogue = ActionCatalogue,
  RoleName extends string = never,
  Written extends string = never,
  Permission extends string = NamedPermission<Written>,
  LimitName extends string = never,
  QueueName extends string = never,
> extends Guards<Schema, Tables, Actions, RoleName, Permission, LimitName> {
  readonly auditLogs: AuditLogs<TableNames<Schema> | PlatformTable, Actions>;
  readonly userProfiles: UserProfiles<RoleName>;
  readonly permissions: Permissions<RoleName, Permission>;
  readonly trash: Trash<
    DataModelFromSchemaDefinition<Schema>,
    TableNames<Schema> & SoftDeletedIn<Tables>,
    NamesOf<Actions>
  >;
  readonly jobs: Jobs<
    DataModelFromSchemaDefinition<Schema>,
    JobNames<Schema, Tables, Actions, Permission, LimitName>,
    QueueName
  >;

  /** @param component - `components.platform` from the host's `_generated/api` */
  constructor(
    component: ComponentApi,
    options: PlatformOptions<
      Schema,
      Tables,
      Actions,
      RoleName,
      Written,
      Permission,
      LimitName,
      QueueName
    > = {},
  ) {
    // Without a mount, `components` has no such member in generated code of some versions.
    if (!component) throw notMounted();
    const { schema, tables, actions, rateLimits, defaultRole, administratorRole } = options;
    const ip = readIpMode(options.auditLogs?.ip);
    const provider = options.userProfiles?.provider;
    const declared = options.permissions ? { permissions: options.permissions } : {};
    const definitions = options.roles ?? ({} as RoleDefinitions<RoleName, Written, Permission>);
    const roles = defineRoles(definitions, declared);
    checkNamedRoles({ defaultRole, administratorRole }, roles.roles);
    const userProfiles = new UserProfiles<RoleName>(component, {
      ...options.userProfiles,
      ip,
      roles: roles.roles,
      ...(defaultRole !== undefined && { defaultRole }),
      ...(administratorRole !== undefined && { administratorRole }),
    });
    const findProfile = (ctx: CanRunQuery & CanIdentify) => userProfiles.current(ctx);
    super(component, {
      ...(schema && { schema }),
      ...(tables && { tables }),
      ...(actions && { actions }),
      ...(rateLimits && { rateLimits }),
      ...(options.roles && { roles }),
      ip,
      provider,
      findProfile,
    });
    this.userProfiles = userProfiles;
    this.permissions = new Permissions(roles, findProfile);
    this.trash = new Trash(component, {
      ip,
      provider,
      tables: this.trashTables,
      registered: (tables ?? {}) as RegisteredTables,
      chores: options.trash?.chores ?? "trash",
    });
    const findProfileOf = async (ctx: CanRunQuery, { type, id }: Actor) =>
      type === "user" ? await userProfiles.getByIdentity(ctx, id) : null;
    this.jobs = new Jobs({ ...this.options, findProfileOf }, options.queues);
    this.auditLogs = new AuditLogs(component, {
      ip,
      provider,
      actions,
      tables: (tables ?? {}) as RegisteredTables,
    });
  }

  /**
   * Ready-made guarded functions to re-export, so that a host writes none of its own for what every
   * host needs: who am I, the log, people and their roles, jobs, the trash.
   *
   * `me`, `sync` and `myJob` (a job of one's own) are for everybody; each other one asks for the
   * permission that is named for it. Where none is, for jobs or the trash, it refuses with
   * NOT_CONFIGURED.
   *
   * @param builders - all of the host's `_generated/server`
   * @param permissions - what a caller needs for each of them
   *
   * @example
   * // convex/desk.ts: then `useAuditLog(api.desk.auditLog)` in React
   * export const { me, sync, auditLog, profiles, setRoles, jobs, job, trash, restore } = platform.api(
   *   generated,
   *   { readAudit: "audit.read", readProfiles: "people.read", updateProfiles: "people.update",
   *     setRoles: "people.setRoles", readJobs: "jobs.read", readTrash: "trash.read",
   *     restoreTrash: "trash.restore" },
   * );
   */
  api<DataModel extends GenericDataModel>(
    builders: Builders<DataModel>,
    permissions: ApiPermissions<Permission>,
  ) {
    return guardedApi(builders, this.functions(builders), permissions, {
      auditLogs: this.auditLogs,
      userProfiles: this.userProfiles,
      jobs: this.jobs as unknown as JobArea,
      trash: this.trash as unknown as TrashArea,
    });
  }

  /** Records one entry in the caller's transaction; the short name of {@link AuditLogs.record}. */
  async audit(ctx: CanRecord, entry: AuditInput<TableNames<Schema>, Actions>): Promise<string> {
    return await this.auditLogs.record(ctx, entry);
  }
}

function readIpMode(mode: IpMode = "truncated"): IpMode {
  if (typeof mode !== "object" || mode.hashKey?.length >= 16) return mode;
  throw platformError({
    code: "NOT_CONFIGURED",
    message:
      "auditLogs.ip.hashKey needs at least 16 characters. Set it from an environment variable of " +
      "your deployment: `npx convex env set AUDIT_IP_KEY …`.",
  });
}

type NamesOf<Actions extends ActionCatalogue> = keyof Actions & string;

/** The names that a handler's ctx knows, as in guarded mutations. */
type JobNames<
  Schema extends AnySchema,
  Tables,
  Actions extends ActionCatalogue,
  Permission extends string,
  LimitName extends string,
> = {
  permission: Permission;
  limit: LimitName;
  protectedField: ProtectedIn<Tables>;
  stamping: Stamping<DataModelFromSchemaDefinition<Schema>, StampedIn<Tables>>;
  actions: Actions;
};

type TableNames<Schema extends AnySchema> = TableNamesInDataModel<
  DataModelFromSchemaDefinition<Schema>
>;
