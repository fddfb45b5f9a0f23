import type { PaginationOptions, PaginationResult } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { AuditEntry, EntryFilter, IpMode, NewEntry, Reference } from "../shared/auditLogs.js";
import { checkEntries, checkEntry, trimEntry } from "../shared/auditRules.js";
import { throwIfInvalid } from "../shared/errors.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import { describeCaller, fromComponent } from "./calls.js";
import type { CanRecord, CanRunQuery } from "./contexts.js";

/** An entry as a host writes it down; what is left out is found out or empty. */
export type AuditInput<TableName extends string = string> = Omit<
  NewEntry,
  "outcome" | "related" | "changes" | "target"
> & {
  target: NewEntry["target"] & { table: TableName };
  /** `"success"` unless said otherwise. */
  outcome?: NewEntry["outcome"];
  related?: (Reference & { table: TableName })[];
  changes?: NewEntry["changes"];
};

/** Which entries, and which page of them. */
export type ListOptions<TableName extends string = string> = Omit<EntryFilter, "target"> & {
  target?: Reference & { table: TableName };
  /** The first 25 unless said otherwise; at most 200. What `usePaginatedQuery` sends fits. */
  paginationOpts?: PaginationOptions;
};

/** Who did what to what. Reached as `platform.auditLogs`. */
export class AuditLogs<TableName extends string = string> {
  private readonly component: ComponentApi;
  private readonly ip: IpMode;

  constructor(component: ComponentApi, options: { ip: IpMode }) {
    this.component = component;
    this.ip = options.ip;
  }

  // --- Reads ---------------------------------------------------------------------------------

  /** The entry, or `null` when there is none with this id. */
  async get(ctx: CanRunQuery, id: string): Promise<AuditEntry | null> {
    return await fromComponent(ctx.runQuery(this.component.auditLogs.get, { id }));
  }

  /**
   * One page of entries, newest first: by target, actor, action or tenant, within a time range.
   *
   * Exact at any size of the log: a page of n reads at most n + 1 entries from one index range.
   * Without `tenantId` it shows the entries recorded without one, never those of all tenants.
   *
   * @throws INVALID_CURSOR for a cursor of another list; VALIDATION_FAILED for two of target,
   *   actorId and action at once, and for a page size below 1 (above 200 it is clamped)
   */
  async list(
    ctx: CanRunQuery,
    { paginationOpts, ...filter }: ListOptions<TableName> = {},
  ): Promise<PaginationResult<AuditEntry>> {
    const page = paginationOpts ?? { numItems: DEFAULT_PAGE_SIZE, cursor: null };
    const args = { filter, paginationOpts: page };
    return await fromComponent(ctx.runQuery(this.component.auditLogs.list, args));
  }

  // --- Writes --------------------------------------------------------------------------------

  /**
   * Records one entry in the caller's transaction: if the mutation fails, there is no entry.
   *
   * The actor is whoever is signed in unless given; request id, ip, user agent and function name
   * are captured. Costs one insert and no read, so no two calls ever conflict.
   *
   * @returns the id of the entry
   * @throws VALIDATION_FAILED naming the fields; nothing is recorded then
   */
  async record(ctx: CanRecord, entry: AuditInput<TableName>): Promise<string> {
    const complete = withDefaults(entry);
    throwIfInvalid(checkEntry(trimEntry(complete)), "The entry was not recorded.");
    const caller = await describeCaller(ctx, this.ip);
    const args = { caller, entry: complete };
    return await fromComponent(ctx.runMutation(this.component.auditLogs.record, args));
  }

  /**
   * Records up to 8,000 entries in one call, in this order, all or none.
   *
   * @returns their ids
   * @throws VALIDATION_FAILED naming the fields as `entries.3.action`
   */
  async recordMany(ctx: CanRecord, entries: AuditInput<TableName>[]): Promise<string[]> {
    const complete = entries.map(withDefaults);
    throwIfInvalid(checkEntries(complete.map(trimEntry)), "The entries were not recorded.");
    const caller = await describeCaller(ctx, this.ip);
    const args = { caller, entries: complete };
    return await fromComponent(ctx.runMutation(this.component.auditLogs.recordMany, args));
  }
}

function withDefaults(entry: AuditInput): NewEntry {
  return { outcome: "success", related: [], changes: [], ...entry };
}
