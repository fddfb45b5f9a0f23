import type {
  DataModelFromSchemaDefinition,
  DocumentByName,
  GenericDatabaseReader,
  GenericDataModel,
  GenericSchema,
  PaginationResult,
  SchemaDefinition,
  TableNamesInDataModel,
} from "convex/server";
import type { ComponentApi } from "../../component/_generated/component.js";
import type { IpMode } from "../../shared/auditLogs.js";
import type { FilteredPage } from "../../shared/filteredPages.js";
import type { RoleMatrix } from "../../shared/permissions.js";
import type { Profile } from "../../shared/userProfiles.js";
import type { ActionCatalogue } from "../auditInputs.js";
import type { CanIdentify, CanRunQuery } from "../contexts.js";
import { paginate, type PageFilter, type PaginateArgs } from "../pagination.js";
import { RateLimits, type RateLimitOptions } from "../rateLimits.js";
import { checkParts, readTrashTables, type Schema, type TrashTables } from "../tableChecks.js";
import type {
  IndexOf,
  ProtectedIn,
  RegisteredTables,
  RelationsOf,
  TableOptions,
} from "../tables.js";
import type { Stamping } from "./contexts.js";
import { guardedBuilders, type Builders, type GuardedBuilders } from "./functions.js";
import type { GuardOptions } from "./options.js";

export type { FilteredPage } from "../../shared/filteredPages.js";
export type { RateLimit, RateLimitStatus } from "../../shared/rateLimits.js";
export type { PageFilter, PaginateArgs } from "../pagination.js";
export type { LimitArgs, RateLimitOptions } from "../rateLimits.js";
export type { TableOptions } from "../tables.js";
export { guardedApi, type ApiAreas, type ApiPermissions } from "./api.js";
export type {
  GuardedActionCtx,
  GuardedMutationCtx,
  GuardedQueryCtx,
  Load,
  Names,
  Stamping,
} from "./contexts.js";
export type { Builders, GuardedBuilders } from "./functions.js";

type AnySchema = SchemaDefinition<GenericSchema, boolean>;
type DataModelOf<S extends AnySchema> = DataModelFromSchemaDefinition<S>;

/** What the platform knows about each table of a schema. */
export type TablesOf<S extends AnySchema> = {
  [Table in TableNamesInDataModel<DataModelOf<S>>]?: TableOptions<
    keyof DataModelOf<S>[Table]["document"] & string,
    DataModelOf<S>[Table]["fieldPaths"],
    RelationsOf<DataModelOf<S>>,
    IndexOf<DataModelOf<S>[Table]>,
    TableNamesInDataModel<DataModelOf<S>>
  >;
};

/** A name that the schema does not have does not compile. */
export type Known<Tables, S extends AnySchema> = {
  [Table in Exclude<keyof Tables, keyof TablesOf<S>>]: never;
};

export type StampedIn<Tables> = {
  [Table in keyof Tables & string]: Tables[Table] extends { stamps: true } ? Table : never;
}[keyof Tables & string];

export type GuardsOptions<
  S extends AnySchema,
  Tables,
  Actions extends ActionCatalogue,
  RoleName extends string,
  Permission extends string,
  LimitName extends string,
> = {
  /** The host's schema: types every table and field, and tells `paginate` the fields of indexes. */
  schema?: S;
  tables?: Tables & Known<Tables, S>;
  actions?: Actions;
  /** What {@link defineRoles} gives. */
  roles?: RoleMatrix<RoleName, Permission>;
  /** How often something may be done, by a name for `rateLimit`. */
  rateLimits?: { readonly [Name in LimitName]: RateLimitOptions<NoInfer<RoleName>> };
  /** What to keep of ip addresses. */
  ip: IpMode;
  /** Who issues the host's tokens. */
  provider?: string | undefined;
  /** The profile of whoever is signed in, by one read: `(ctx) => userProfiles.current(ctx)`. */
  findProfile: (ctx: CanRunQuery & CanIdentify) => Promise<Profile | null>;
};

/**
 * Builders that ask who calls before a host's function runs, pages over its tables, and limits of
 * how often.
 */
export class Guards<
  S extends AnySchema = SchemaDefinition<GenericSchema, false>,
  const Tables extends TablesOf<S> = Record<never, never>,
  const Actions extends ActionCatalogue = ActionCatalogue,
  RoleName extends string = string,
  Permission extends string = string,
  LimitName extends string = never,
> {
  readonly rateLimits: RateLimits<LimitName>;
  /** What the trash needs to know of the host's tables. */
  protected readonly trashTables: TrashTables;
  protected readonly options: GuardOptions;
  private readonly schema: Schema | undefined;

  constructor(
    component: ComponentApi,
    options: GuardsOptions<S, Tables, Actions, RoleName, Permission, LimitName>,
  ) {
    const { schema, actions, roles, ip, provider, findProfile } = options;
    const limits = options.rateLimits ?? ({} as Record<LimitName, RateLimitOptions>);
    const tables = (options.tables ?? {}) as RegisteredTables;
    this.schema = schema as Schema | undefined;
    checkParts(tables, this.schema);
    this.trashTables = readTrashTables(tables, this.schema);
    this.rateLimits = new RateLimits<LimitName>(component, limits, provider);
    const { rateLimits, trashTables: trash } = this;
    const declared = { tables, trash, actions, roles, rateLimits };
    this.options = { component, ...declared, ip, provider, findProfile };
  }

  /**
   * The six builders of the host's `_generated/server`, guarded: authentication, status, permission,
   * rate limit, validation, access, in this order; then the handler.
   *
   * @example
   * export const { query, mutation, action, internalQuery, internalMutation, internalAction } =
   *   platform.functions(generated);
   */
  functions<DataModel extends GenericDataModel>(
    builders: Builders<DataModel>,
  ): GuardedBuilders<
    DataModel,
    {
      permission: Permission;
      limit: LimitName;
      protectedField: ProtectedIn<Tables>;
      stamping: Stamping<DataModel, StampedIn<Tables>>;
      actions: Actions;
    }
  > {
    return guardedBuilders(builders, this.options);
  }

  /**
   * One page of a host's table, from one index range: a page of n reads at most n + 1 rows.
   *
   * With a `filter` it goes on until the page is full or it has read 1,000 rows; `stoppedEarly` says
   * so then, and `returns` needs room for it:
   * `paginationResultValidator(vRow).extend({ stoppedEarly: v.boolean() })`. For React take `usePage` of
   * `convex-platform/react`.
   *
   * @throws INVALID_CURSOR for a cursor of another list, VALIDATION_FAILED for a page size below 1,
   *   NOT_CONFIGURED for an index that does not fit
   */
  async paginate<
    DataModel extends GenericDataModel,
    TableName extends TableNamesInDataModel<DataModel>,
  >(
    ctx: CanReadTables<DataModel>,
    args: PaginateArgs<DataModel, TableName> & { filter: PageFilter<DataModel, TableName> },
  ): Promise<FilteredPage<DocumentByName<DataModel, TableName>>>;
  async paginate<
    DataModel extends GenericDataModel,
    TableName extends TableNamesInDataModel<DataModel>,
  >(
    ctx: CanReadTables<DataModel>,
    args: PaginateArgs<DataModel, TableName> & { filter?: undefined },
  ): Promise<PaginationResult<DocumentByName<DataModel, TableName>>>;
  async paginate(ctx: { db: unknown }, args: object): Promise<unknown> {
    return await paginate(ctx.db, args as never, this.schema, this.trashTables);
  }
}

type CanReadTables<DataModel extends GenericDataModel> = {
  db: Pick<GenericDatabaseReader<DataModel>, "query">;
};
