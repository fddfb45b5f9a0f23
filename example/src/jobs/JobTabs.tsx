import { getRouteApi, Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api";
import { useLayoutEffect, useRef } from "react";
import { queueNames } from "../../convex/queues";
import { Select } from "../ui/Select";
import { tabClass } from "../ui/tabClass";
import { STATES, stateOf } from "./search";
import { countOf, STATE_NAMES } from "./words";

const route = getRouteApi("/jobs");
/** A space: what is not counted yet has its room. */
const ONE_DIGIT_WIDE = "\u2007";
const BY_STATE = "by state";
const ANY = { queue: undefined, actor: undefined, batch: undefined };

type Props = { counts: FunctionReturnType<typeof api.jobs.counts> | undefined };

/** Jobs by their state, each with how many there are; or those of one queue, whatever their state. */
export function JobTabs({ counts }: Props) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nav = useRef<HTMLElement>(null);
  const current = stateOf(search);
  const areCounted = counts !== undefined;
  // Where not all of them have room, the one that is shown is in sight.
  useLayoutEffect(() => {
    const tab = nav.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (tab) nav.current!.scrollLeft = tab.offsetLeft - nav.current!.clientWidth / 3;
  }, [current, areCounted]);
  const choose = (id: string) => {
    const queue = queueNames.find((known) => known === id);
    void navigate({ search: queue ? { queue } : {}, resetScroll: false });
  };
  return (
    <div className="flex items-end justify-between gap-x-6 gap-y-4 border-b border-line max-lg:flex-col-reverse max-lg:items-stretch">
      <nav
        ref={nav}
        aria-label="Jobs by state"
        className="relative -mb-px flex gap-1 overflow-x-auto max-lg:gap-0"
      >
        {STATES.map((state) => (
          <Link
            key={state}
            to="/jobs"
            // All of them named although absent, so that they count; what is open does not.
            search={{ ...ANY, state: state === "pending" ? undefined : state }}
            activeOptions={{ includeSearch: true, explicitUndefined: true }}
            resetScroll={false}
            className={`${tabClass} mb-0 flex items-center gap-1.5`}
          >
            {STATE_NAMES[state]}
            <span className="rounded-sm bg-sunken px-1.5 text-xs text-muted">
              {counts ? countOf(counts[state]) : ONE_DIGIT_WIDE}
            </span>
          </Link>
        ))}
      </nav>
      <div className="lg:w-48 lg:pb-2">
        <Select
          label="Show"
          value={search.queue ?? BY_STATE}
          onChange={choose}
          options={[{ id: BY_STATE, label: "By state" }]}
          sections={[
            { title: "Queue", options: queueNames.map((id) => ({ id, label: id, isMono: true })) },
          ]}
        />
      </div>
    </div>
  );
}
