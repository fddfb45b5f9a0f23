import type {
  DataModelFromSchemaDefinition,
  GenericSchema,
  SchemaDefinition,
  TableNamesInDataModel,
} from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { IpMode } from "../shared/auditLogs.js";
import { AuditLogs, type AuditInput } from "./auditLogs.js";
import { notMounted } from "./calls.js";
import type { CanRecord } from "./contexts.js";

export type { AuditInput, ListOptions } from "./auditLogs.js";
export type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";
export type { Actor, AuditEntry, Change, Outcome, Reference, Target } from "../shared/auditLogs.js";
export { isPlatformError } from "../shared/errors.js";
export type { ErrorCode, FieldError, PlatformErrorData } from "../shared/errors.js";

export type PlatformOptions<Schema extends SchemaDefinition<GenericSchema, boolean>> = {
  /** The host's schema. With it, names of tables complete in the editor and a typo does not compile. */
  schema?: Schema;
  auditLogs?: {
    /**
     * What to keep of ip addresses: `"truncated"` (the default) keeps the network, IPv4 /24 or
     * IPv6 /48; `"full"` all of it; `"off"` nothing.
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
  Schema extends SchemaDefinition<GenericSchema, boolean> = SchemaDefinition<GenericSchema, false>,
> {
  readonly auditLogs: AuditLogs<TableNames<Schema>>;

  /** @param component - `components.platform` from the host's `_generated/api` */
  constructor(component: ComponentApi, options: PlatformOptions<Schema> = {}) {
    // Without a mount, `components` has no such member in generated code of some versions.
    if (!component) throw notMounted();
    this.auditLogs = new AuditLogs(component, { ip: options.auditLogs?.ip ?? "truncated" });
  }

  /** Records one entry in the caller's transaction; the short name of {@link AuditLogs.record}. */
  async audit(ctx: CanRecord, entry: AuditInput<TableNames<Schema>>): Promise<string> {
    return await this.auditLogs.record(ctx, entry);
  }
}

type TableNames<Schema extends SchemaDefinition<GenericSchema, boolean>> = TableNamesInDataModel<
  DataModelFromSchemaDefinition<Schema>
>;
