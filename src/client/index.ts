import type {
  DataModelFromSchemaDefinition,
  GenericSchema,
  SchemaDefinition,
  TableNamesInDataModel,
} from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { IpMode } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import type { ActionCatalogue, AuditInput, TableAuditOptions } from "./auditInputs.js";
import { AuditLogs } from "./auditLogs.js";
import { notMounted } from "./calls.js";
import type { CanRecord } from "./contexts.js";

export type { Attempt, AttemptError } from "./attempts.js";
export type { AuditExports, ExportOptions } from "./auditExports.js";
export type { ActionCatalogue, AuditInput, TableAuditOptions } from "./auditInputs.js";
export type { ListOptions } from "./auditLogs.js";
export type { OnSeal, Progress, VerifyResult } from "./auditSeals.js";
export type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";
export type { Export, ExportFormat } from "../shared/auditExports.js";
export type { RetentionRule, Subject } from "../shared/auditHolds.js";
export type { Actor, AuditEntry, Change, Outcome, Reference, Target } from "../shared/auditLogs.js";
export type { SealHead, TimeRange } from "../shared/auditSealing.js";
export { isPlatformError } from "../shared/errors.js";
export type { ErrorCode, FieldError, PlatformErrorData } from "../shared/errors.js";

type AnySchema = SchemaDefinition<GenericSchema, boolean>;

export type PlatformOptions<Schema extends AnySchema, Actions extends ActionCatalogue> = {
  /** The host's schema. With it, names of tables and fields complete in the editor and a typo does not compile. */
  schema?: Schema;
  /** What the platform knows about the host's tables. */
  tables?: {
    [Table in TableNames<Schema>]?: { audit?: TableAuditOptions<FieldPaths<Schema, Table>> };
  };
  /**
   * Every action the host records, with its metadata. With it, a mistyped action or metadata does
   * not compile, and one that comes from elsewhere is refused.
   */
  actions?: Actions;
  auditLogs?: {
    /**
     * What to keep of ip addresses: `"truncated"` (the default) keeps the network, IPv4 /24 or
     * IPv6 /48; `"full"` all of it; `"off"` nothing. `{ hashKey }` keeps an HMAC by which addresses
     * can be told apart; the key is a secret of yours, of at least 16 characters.
     */
    ip?: IpMode;
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
  const Actions extends ActionCatalogue = ActionCatalogue,
> {
  readonly auditLogs: AuditLogs<TableNames<Schema>, Actions>;

  /** @param component - `components.platform` from the host's `_generated/api` */
  constructor(component: ComponentApi, options: PlatformOptions<Schema, Actions> = {}) {
    // Without a mount, `components` has no such member in generated code of some versions.
    if (!component) throw notMounted();
    this.auditLogs = new AuditLogs(component, {
      ip: readIpMode(options.auditLogs?.ip),
      actions: options.actions,
      tables: options.tables ?? {},
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

type TableNames<Schema extends AnySchema> = TableNamesInDataModel<
  DataModelFromSchemaDefinition<Schema>
>;

type FieldPaths<
  Schema extends AnySchema,
  Table extends TableNames<Schema>,
> = DataModelFromSchemaDefinition<Schema>[Table]["fieldPaths"];
