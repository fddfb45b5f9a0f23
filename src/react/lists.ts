import type { PaginatedQueryItem, PaginatedQueryReference } from "convex/react";
import type {
  FunctionArgs,
  FunctionReference,
  PaginationOptions,
  PaginationResult,
} from "convex/server";
import type { AuditEntry, EntryFilter } from "../shared/auditLogs.js";
import type { Job, JobFilter } from "../shared/jobs.js";
import type { TrashFilter, TrashOperation } from "../shared/trash.js";
import { usePage, type PageList } from "./usePage.js";

/** A list of `platform.api`; a query of the host's own that takes and gives the same will do, too. */
export type FilteredQuery<Filter, Row> = FunctionReference<
  "query",
  "public",
  { filter?: Filter | undefined; paginationOpts: PaginationOptions },
  PaginationResult<Row>
>;

/** A hook for one kind of list. */
export type UseList<Filter, Row> = <Query extends FilteredQuery<Filter, Row>>(
  query: Query,
  /** `"skip"` asks for nothing. */
  filter?: FunctionArgs<Query>["filter"] | "skip",
  /** How many rows there are at first; 25 unless said otherwise. */
  options?: { initialNumItems?: number },
) => PageList<PaginatedQueryItem<Query>>;

/**
 * The audit log, the newest entry first, as {@link usePage} shows lists.
 *
 * The filter takes at most one of `target`, `actorId` and `action`, with or without a time range.
 *
 * @example
 * const { results, loadMore } = useAuditLog(api.platform.auditLog, { actorId });
 */
export const useAuditLog: UseList<EntryFilter, AuditEntry> = useFilteredPage;

/**
 * The trash, one deletion each, the latest first, as {@link usePage} shows lists.
 *
 * @example
 * const { results } = useTrash(api.platform.trash, { table: "invoices" });
 * const restore = usePlatformMutation(api.platform.restore);
 */
export const useTrash: UseList<TrashFilter, TrashOperation> = useFilteredPage;

/**
 * Jobs, the newest first, as {@link usePage} shows lists. Those that failed, those of a queue, …: the
 * filter has to name one of the ways in which they are sorted.
 *
 * @example
 * const { results } = useJobs(api.platform.jobs, { status: "failed" });
 * const retry = usePlatformMutation(api.platform.retryJob);
 */
export const useJobs: UseList<JobFilter, Job> = useFilteredPage;

function useFilteredPage(
  query: PaginatedQueryReference,
  filter: object | "skip" = {},
  { initialNumItems = 25 } = {},
): PageList<never> {
  return usePage(query, filter === "skip" ? filter : { filter }, { initialNumItems }) as never;
}
