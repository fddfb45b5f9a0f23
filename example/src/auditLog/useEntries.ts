import type { AuditEntry } from "convex-platform";
import { usePage } from "convex-platform/react";
import { useQuery } from "convex/react";
import { useEffect, useMemo, useState } from "react";
import { api } from "../../convex/_generated/api";
import { isWanted, leftOver, toQuery, type AuditFilter } from "./search";

const FIRST_PAGE = 50;
const FURTHER_PAGE = 100;
/** How many entries a narrow filter looks through before it asks whether to go on. */
const PATIENCE = 1_000;
const MINUTE_MS = 60_000;

export type EntryList = {
  entries: AuditEntry[];
  /** Entries that were looked through for these; more when some of the filter is not an index. */
  lookedThrough: number;
  state: "loading" | "more" | "loadingMore" | "paused" | "end";
  /** Loads older entries, as far as patience goes; `isAsked`: somebody wants to go on. */
  loadOlder: (isAsked?: boolean) => void;
};

/** What the log has for this filter: by an index, by what is picked out of that, or by words. */
export function useEntries(filter: AuditFilter): EntryList {
  const isSearch = filter.words !== undefined;
  const listed = useListed(filter, isSearch);
  const found = useFound(filter);
  return isSearch ? found : listed;
}

function useListed(filter: AuditFilter, isSkipped: boolean): EntryList {
  // To the minute: the same query for everybody who asks within it.
  const query = useMemo(
    () => toQuery(filter, Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS),
    [filter],
  );
  const { results, status, loadMore } = usePage(api.auditLogs.list, isSkipped ? "skip" : query, {
    initialNumItems: FIRST_PAGE,
  });
  const rest = useMemo(() => leftOver(filter), [filter]);
  const isNarrow = Object.keys(rest).length > 0;
  const [patience, setPatience] = useState({ filter, until: PATIENCE });
  if (patience.filter !== filter) setPatience({ filter, until: PATIENCE });
  const entries = useMemo(
    () => (isNarrow ? results.filter((entry) => isWanted(entry, rest)) : results),
    [results, rest, isNarrow],
  );
  const isPaused = isNarrow && status === "CanLoadMore" && results.length >= patience.until;
  const STATES = {
    LoadingFirstPage: "loading",
    CanLoadMore: isPaused ? "paused" : "more",
    LoadingMore: "loadingMore",
    Exhausted: "end",
  } as const;
  return {
    entries,
    lookedThrough: results.length,
    state: STATES[status],
    loadOlder: (isAsked = false) => {
      if (isAsked) setPatience({ filter, until: results.length + PATIENCE });
      if (isAsked || !isPaused) loadMore(FURTHER_PAGE);
    },
  };
}

function useFound(filter: AuditFilter): EntryList {
  const { words, actor, action } = filter;
  const found = useQuery(
    api.auditLogs.search,
    words === undefined
      ? "skip"
      : { words, ...(actor && { actorId: actor }), ...(action && { action }) },
  );
  const results = useLatest(found, words === undefined);
  const entries = useMemo(
    () => (results ?? []).filter((entry) => isWanted(entry, filter)),
    [results, filter],
  );
  // That nothing matched the last words says nothing of these.
  const state = found === undefined && entries.length === 0 ? "loading" : "end";
  return { entries, lookedThrough: results?.length ?? 0, state, loadOlder: () => {} };
}

/** What was there last, until the next is: a list must not blink at every letter typed. */
function useLatest<Value>(value: Value | undefined, isOver: boolean): Value | undefined {
  const [latest, setLatest] = useState(value);
  useEffect(() => {
    if (value !== undefined || isOver) setLatest(value);
  }, [value, isOver]);
  return value ?? latest;
}
