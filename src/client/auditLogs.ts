import type {
  FunctionArgs,
  FunctionReference,
  FunctionReturnType,
  GenericDataModel,
  GenericDatabaseReader,
  PaginationOptions,
  PaginationResult,
} from "convex/server";
import type { GenericId, Value } from "convex/values";
import type { ComponentApi } from "../component/_generated/component.js";
import type { AuditEntry, Change, EntryFilter, NewEntry, Reference } from "../shared/auditLogs.js";
import type { StatsBucket, StatsUnit } from "../shared/auditStats.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import { TRASHED_AT } from "../shared/softDelete.js";
import { tryMutation, type Attempt } from "./attempts.js";
import { AuditExports, type ExportOptions } from "./auditExports.js";
import {
  checkInput,
  completeEntry,
  type ActionCatalogue,
  type AuditInput,
  type InputOptions,
} from "./auditInputs.js";
import { SealedLog } from "./auditSeals.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import { STAMPS } from "./guards/writeLog.js";
import type { CanRecord, CanRunMutation, CanRunQuery } from "./contexts.js";

/** Which entries, and which page of them. */
export type ListOptions<TableName extends string = string> = Omit<EntryFilter, "target"> & {
  target?: Reference & { table: TableName };
  /** The first 25 unless said otherwise; at most 200. What `usePage` sends fits. */
  paginationOpts?: PaginationOptions;
};

/** Who did what to what. Reached as `platform.auditLogs`. */
export class AuditLogs<
  TableName extends string = string,
  Actions extends ActionCatalogue = ActionCatalogue,
> extends SealedLog {
  /** Files with parts of the log, under way and done. */
  readonly exports: AuditExports;
  private readonly inputs: InputOptions;

  constructor(component: ComponentApi, options: InputOptions & CallOptions) {
    super(component, options);
    this.exports = new AuditExports(component, options);
    this.inputs = options;
  }

  // --- Reads ---------------------------------------------------------------------------------

  /** The entry, or `null` when there is none with this id; of whichever tenant: compare its `tenantId`. */
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

  /** Everything that happened to one target, newest first, each with what it changed. */
  async history(
    ctx: CanRunQuery,
    target: Reference & { table: TableName },
    options: Omit<ListOptions, "target" | "actorId" | "action" | "allTenants"> = {},
  ): Promise<PaginationResult<AuditEntry>> {
    return await this.list(ctx, { ...options, target });
  }

  /**
   * Entries in whose action, names, target or reason the words occur, the best fit first.
   *
   * Words are matched from their start, only the first 16 count. It finds 25 entries unless said
   * otherwise, 100 at most; for everything there is, use {@link list}.
   *
   * @throws VALIDATION_FAILED for a query that is empty or longer than 200 characters
   */
  async search(
    ctx: CanRunQuery,
    query: string,
    {
      limit = DEFAULT_PAGE_SIZE,
      ...options
    }: { tenantId?: string; actorId?: string; action?: string; limit?: number } = {},
  ): Promise<AuditEntry[]> {
    const args = { ...options, limit, query };
    return await fromComponent(ctx.runQuery(this.component.auditLogs.search, args));
  }

  /**
   * Entries by hour or day (UTC), action and outcome, for charts: counted up to `sealedThrough`,
   * behind the writers; what came later is in `tail`, up to 1,000 or 4 MiB.
   *
   * @throws LIMIT_EXCEEDED when the range has more than 4,000 counts
   */
  async stats(
    ctx: CanRunQuery,
    range: { unit: StatsUnit; from: number; to: number; tenantId?: string },
  ): Promise<{
    buckets: StatsBucket[];
    sealedThrough: number | null;
    tail: { count: number; isCut: boolean };
  }> {
    return await fromComponent(ctx.runQuery(this.component.auditStats.read, range));
  }

  /**
   * What changed between two states of a document, as an entry with `diff` records it: 500 changes
   * and 256 KiB at most.
   *
   * @throws VALIDATION_FAILED for what no entry could hold, below `diff`
   */
  async diff(ctx: CanRunQuery, diff: NonNullable<AuditInput["diff"]>): Promise<Change[]> {
    const options = { ...this.inputs, actions: undefined };
    const entry = completeEntry({ action: "diff", target: { table: "", id: "" }, diff }, options);
    throwIfInvalid(checkInput(entry, options), "The documents were not compared.");
    const args = entry.diff!;
    const { changes } = await fromComponent(ctx.runQuery(this.component.auditLogs.diff, args));
    return changes;
  }

  /**
   * The patch that undoes one entry in its target, for `ctx.db.patch`.
   *
   * @throws CONFLICT when a changed field has changed again, INVALID_STATE when the entry does not
   *   hold what was there before (redacted, cut, erased), both with the paths in `details.fields`;
   *   INVALID_STATE when the entry created its target, or is about a part of it (`partOf`);
   *   NOT_FOUND when the entry or its target does not exist
   */
  async revert(
    ctx: CanRunQuery & { db: Pick<GenericDatabaseReader<GenericDataModel>, "get" | "normalizeId"> },
    id: string,
  ): Promise<Record<string, Value | undefined>> {
    const entry = await this.get(ctx, id);
    const rowId = entry && ctx.db.normalizeId(entry.target.table, entry.target.id);
    const row = rowId && (await ctx.db.get(rowId as GenericId<string>));
    if (!row) {
      const message = "The entry, or the row it is about, does not exist.";
      throw platformError({ code: "NOT_FOUND", message });
    }
    const part = this.partOf(entry);
    if (part) throw aboutPart(part);
    const { _id, _creationTime, ...current } = row;
    const args = { id, current, ignore: this.unrecordedFields(entry.target.table) };
    const patch = await fromComponent(ctx.runQuery(this.component.auditLogs.revert, args));
    const removed = Object.fromEntries(patch.unset.map((field) => [field, undefined]));
    return { ...patch.set, ...removed };
  }

  /** Begins an export of the entries a filter selects; the short name of {@link AuditExports.start}. */
  async export(ctx: CanRecord, options: ExportOptions): Promise<string> {
    return await this.exports.start(ctx, options);
  }

  // --- Writes --------------------------------------------------------------------------------

  /**
   * Records one entry in the caller's transaction: if the mutation fails, there is no entry.
   *
   * The actor is whoever is signed in unless given; request id, ip, user agent and function name
   * are captured. Costs one insert and no read, so no two calls ever conflict.
   *
   * @param idempotencyKey - for callers in actions, which may run again: within seven days the same
   *   key gives the same entry. Costs a read and a second insert
   * @returns the id of the entry
   * @throws VALIDATION_FAILED naming the fields, nothing is recorded then; CONFLICT for a key that
   *   has recorded something else, in whichever tenant: a time in metadata makes each run another
   */
  async record(
    ctx: CanRecord,
    input: AuditInput<TableName, Actions>,
    { idempotencyKey }: { idempotencyKey?: string } = {},
  ): Promise<string> {
    return await this.recordEntry(ctx, this.readInput(input), idempotencyKey);
  }

  /**
   * Records up to 8,000 entries in one call, in this order, all or none.
   *
   * @returns their ids
   * @throws VALIDATION_FAILED naming the fields as `entries.3.action`
   */
  async recordMany(ctx: CanRecord, inputs: AuditInput<TableName, Actions>[]): Promise<string[]> {
    const entries = inputs.map((input) => completeEntry(input as AuditInput, this.inputs));
    const faults = entries.map((entry, i) => checkInput(entry, this.inputs, `entries.${i}`));
    throwIfInvalid(Object.assign({}, ...faults), "The entries were not recorded.");
    const args = { caller: await describeCaller(ctx, this.calls), entries };
    return await fromComponent(ctx.runMutation(this.component.auditLogs.recordMany, args));
  }

  /**
   * Runs a mutation so that its refusal or failure is remembered: what it wrote is undone, an entry
   * says who tried what and why it did not happen, and the caller goes on with the error as data.
   *
   * The outcome is `denied` for UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED and HELD, otherwise
   * `failure`. A mutation that calls this must return, not throw, for the entry to stay; an action
   * may throw. When the work succeeds no entry is added: the work records its own.
   *
   * @example
   * return await platform.auditLogs.attempt(ctx, internal.invoices.doVoid, { id }, {
   *   action: "invoices.voided", target: { table: "invoices", id },
   * });
   */
  async attempt<Mutation extends FunctionReference<"mutation", "public" | "internal">>(
    ctx: CanRecord & CanRunMutation,
    mutation: Mutation,
    args: FunctionArgs<Mutation>,
    about: AuditInput<TableName, Actions>,
  ): Promise<Attempt<FunctionReturnType<Mutation>>> {
    // First: a bad description must show before the work, not instead of its failure.
    const entry = this.readInput(about);
    const result = await tryMutation(ctx, mutation, args);
    if (result.ok) return result;
    const { outcome, reason, error } = result;
    const entryId = await this.recordEntry(ctx, { ...entry, outcome, reason });
    return { ok: false, error, entryId };
  }

  /** The row that the changes of an entry are about, where its target is only the whole of it. */
  private partOf({ related, target }: AuditEntry): Reference | undefined {
    const [part, ...others] = related;
    const isPart = part && this.inputs.tables[part.table]?.partOf?.table === target.table;
    return isPart && others.length === 0 ? part : undefined;
  }

  /** What the platform keeps in the rows of a table, and what the host wants left out. */
  private unrecordedFields(table: string): string[] {
    const { audit, stamps, softDelete } = this.inputs.tables[table] ?? {};
    const kept = [...(stamps ? STAMPS : []), ...(softDelete ? [TRASHED_AT] : [])];
    return [...(audit?.ignore ?? []), ...kept];
  }

  private async recordEntry(
    ctx: CanRecord,
    entry: NewEntry,
    idempotencyKey?: string,
  ): Promise<string> {
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const args = { caller: await describeCaller(ctx, this.calls), entry, ...key };
    return await fromComponent(ctx.runMutation(this.component.auditLogs.record, args));
  }

  private readInput(input: AuditInput<TableName, Actions>): NewEntry {
    const entry = completeEntry(input as AuditInput, this.inputs);
    throwIfInvalid(checkInput(entry, this.inputs), "The entry was not recorded.");
    return entry;
  }
}

function aboutPart({ table, id }: Reference) {
  return platformError({
    code: "INVALID_STATE",
    message: `This entry is about a row of ${table}, a part of its target. No patch of the target undoes it.`,
    details: { table, id },
  });
}
