import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import type { AuditEntry } from "convex-platform";
import { Button } from "../ui/Button";
import { formatRange, formatTick } from "./barText";
import { FilterFields } from "./FilterFields";
import { hasChips, leftOver, type AuditFilter } from "./search";
import { WordsField } from "./WordsField";

export type FilterProps = {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
  /** What is on the screen: its people and actions can be chosen. */
  entries: AuditEntry[];
};

/** Words, person, action, outcome, time and record; all of them together. */
export default function Filters({ filter, onChange, entries }: FilterProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { actor, action, outcome, within } = filter;
  const chosen = [actor, action, outcome, within].filter(Boolean).length;
  const setWords = (words: string | undefined) => {
    const { words: _, ...rest } = filter;
    onChange(words === undefined ? rest : { ...rest, words });
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <WordsField words={filter.words} onChange={setWords} />
        </div>
        <div className="md:hidden">
          <Button
            aria-expanded={isOpen}
            aria-controls="audit-filters"
            onPress={() => setIsOpen(!isOpen)}
          >
            <ListFilter aria-hidden className="size-4" />
            Filters
            {chosen > 0 && <span className="text-muted">{chosen}</span>}
          </Button>
        </div>
      </div>
      <div
        id="audit-filters"
        className={`grid grid-cols-2 items-start gap-3 md:grid-cols-3 lg:grid-cols-5 ${isOpen ? "" : "max-md:hidden"}`}
      >
        <FilterFields filter={filter} onChange={onChange} entries={entries} />
      </div>
      <Picked filter={filter} onChange={onChange} entries={entries} />
    </div>
  );
}

/** What is filtered by and stands in no field, each to be taken away again. */
function Picked({ filter, onChange, entries }: FilterProps) {
  const { record, table: _, request, from, to, ...others } = filter;
  const label = entries.find(({ target }) => target.id === record)?.target.label;
  const time = {
    from: from === undefined ? -Infinity : Date.parse(from),
    to: to === undefined ? Infinity : Date.parse(to),
  };
  const withRequest = request === undefined ? {} : { request };
  const withTime = { ...(from && { from }), ...(to && { to }) };
  const withRecord =
    record === undefined ? {} : { record, ...(filter.table && { table: filter.table }) };
  const hasTime = from !== undefined || to !== undefined;
  const isNarrow = Object.keys(leftOver(filter)).length > 0 && filter.words === undefined;
  if (!hasChips(filter) && !isNarrow) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {hasTime && (
        <Chip
          name="Time"
          text={timeText(time)}
          onRemove={() => onChange({ ...others, ...withRecord, ...withRequest })}
        />
      )}
      {record !== undefined && (
        <Chip
          name="Record"
          text={label ?? record}
          onRemove={() => onChange({ ...others, ...withRequest, ...withTime })}
        />
      )}
      {request !== undefined && (
        <Chip
          name="Request"
          text={request}
          onRemove={() => onChange({ ...others, ...withRecord, ...withTime })}
        />
      )}
      {isNarrow && <p className="text-xs text-muted">{wayOf(filter)}</p>}
    </div>
  );
}

function Chip({ name, text, onRemove }: { name: string; text: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-md border border-line bg-surface pl-2.5 text-xs">
      <span className="text-muted">{name}</span>
      <span className="truncate">{text}</span>
      <AriaButton
        aria-label={`Remove filter: ${name}`}
        onPress={onRemove}
        className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </AriaButton>
    </span>
  );
}

/** The log has one index for each of record, person and action; the rest is picked out of what that gives. */
function wayOf(filter: AuditFilter): string {
  const { record, actor, action } = filter;
  const index = record ? "record" : actor ? "person" : action ? "action" : "time";
  const picked = Object.keys(leftOver(filter)).map((name) => (name === "actor" ? "person" : name));
  return `Looked up by ${index}; ${LIST.format(picked)} picked out of those.`;
}

const LIST = new Intl.ListFormat("en-GB");

function timeText({ from, to }: { from: number; to: number }): string {
  if (from === -Infinity) return `before ${formatTick(to)} UTC`;
  if (to === Infinity) return `since ${formatTick(from)} UTC`;
  return formatRange(from, to);
}
