import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server";
import type { AuditEntry, EntryFilter } from "../shared/auditLogs.js";
import { usePage, type PageList } from "./usePage.js";

/** The `auditLog` of `platform.api`, or a query of the host that takes and gives the same. */
export type AuditLogQuery = FunctionReference<
  "query",
  "public",
  { filter?: EntryFilter; paginationOpts: PaginationOptions },
  PaginationResult<AuditEntry>
>;

/**
 * The audit log, the newest entry first, live.
 *
 * @param filter - at most one of `target`, `actorId` and `action`, and a time range if you like;
 *   `"skip"` asks for nothing
 * @example
 * const { results, loadMore } = useAuditLog(api.platform.auditLog, { actorId: profile.id });
 */
export function useAuditLog(
  auditLog: AuditLogQuery,
  filter: EntryFilter | "skip" = {},
  { initialNumItems = 25 }: { initialNumItems?: number } = {},
): PageList<AuditEntry> {
  return usePage(auditLog, filter === "skip" ? filter : { filter }, { initialNumItems });
}
