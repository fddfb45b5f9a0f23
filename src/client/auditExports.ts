import type { PaginationOptions, PaginationResult } from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import type { Export, ExportFilter, ExportFormat } from "../shared/auditExports.js";
import type { EntryFilter } from "../shared/auditLogs.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import { describeCaller, fromComponent, type CallOptions } from "./calls.js";
import type { CanRecord, CanRunQuery } from "./contexts.js";

/** What goes into a file, and how long it stays. */
export type ExportOptions = EntryFilter & {
  /** `"ndjson"` loses nothing; `"csv"` is for spreadsheets, with formulas made harmless. */
  format: ExportFormat;
  /** One minute to seven days; a day unless said otherwise. */
  expiresInMs?: number;
};

/** Files with parts of the log. Reached as `platform.auditLogs.exports`. */
export class AuditExports {
  private readonly component: ComponentApi;
  private readonly calls: CallOptions;

  constructor(component: ComponentApi, calls: CallOptions) {
    this.component = component;
    this.calls = calls;
  }

  /**
   * Begins to write the entries of a filter into a file; they are those committed before this call.
   *
   * It goes on by itself, as a job of the queue `auditExports` that goes on where a lost one stopped.
   * Its start and its end are audited.
   *
   * @returns the id to follow it by
   * @throws VALIDATION_FAILED for a bad filter or lifetime, LIMIT_EXCEEDED with ten under way
   */
  async start(ctx: CanRecord, { format, expiresInMs, ...filter }: ExportOptions): Promise<string> {
    const lifetime = expiresInMs === undefined ? {} : { expiresInMs };
    const args = { caller: await describeCaller(ctx, this.calls), filter, format, ...lifetime };
    return await fromComponent(ctx.runMutation(this.component.auditExports.start, args));
  }

  /**
   * How far an export is; once it is completed with a `url`, under which whoever has it can
   * download the file until it expires. `null` when there is none with this id.
   */
  async get(ctx: CanRunQuery, id: string): Promise<Export | null> {
    return await fromComponent(ctx.runQuery(this.component.auditExports.get, { id }));
  }

  /** One page of exports, newest first: of one tenant, of those without, or all. */
  async list(
    ctx: CanRunQuery,
    options: ExportFilter & { paginationOpts?: PaginationOptions } = {},
  ): Promise<PaginationResult<Export>> {
    const { paginationOpts = { numItems: DEFAULT_PAGE_SIZE, cursor: null }, ...filter } = options;
    const args = { filter, paginationOpts };
    return await fromComponent(ctx.runQuery(this.component.auditExports.list, args));
  }

  /** Ends an export that is under way; `false` when there is none. */
  async cancel(ctx: CanRecord, id: string): Promise<boolean> {
    const args = { caller: await describeCaller(ctx, this.calls), id };
    return await fromComponent(ctx.runMutation(this.component.auditExports.cancel, args));
  }
}
