import { useMemo } from "react";
import type { AuditEntry } from "convex-platform";
import { PEOPLE, tokenIdentifierOf } from "../../convex/people";
import { Select } from "../ui/Select";
import type { FilterProps } from "./Filters";
import { RecordField } from "./RecordField";
import { SPANS, type AuditFilter, type Within } from "./search";

const ANY = "any";

const OUTCOMES = [
  { id: ANY, label: "Any outcome" },
  { id: "success", label: "Success" },
  { id: "failure", label: "Failure" },
  { id: "denied", label: "Denied" },
];

const TIMES = [
  { id: ANY, label: "Any time" },
  { id: "day", label: "Last 24 hours" },
  { id: "week", label: "Last 7 days" },
  { id: "month", label: "Last 30 days" },
  { id: "year", label: "Last year" },
];

/** What can be chosen from, and the record. */
export function FilterFields({ filter, onChange, entries }: FilterProps) {
  const { actor, action, outcome, within } = filter;
  const people = useMemo(() => peopleIn(entries, actor), [entries, actor]);
  const actions = useMemo(() => actionsIn(entries, action), [entries, action]);
  const set = (name: keyof AuditFilter, value: string | undefined) => {
    const { [name]: _, ...rest } = filter;
    onChange(value === undefined || value === ANY ? rest : { ...rest, [name]: value });
  };
  const setWithin = (id: string) => {
    const { within: _, from: __, to: ___, ...rest } = filter;
    onChange(id in SPANS ? { ...rest, within: id as Within } : rest);
  };
  return (
    <>
      <Select
        label="Person"
        value={actor ?? ANY}
        onChange={(id) => set("actor", id)}
        options={[{ id: ANY, label: "Anybody" }, ...people]}
      />
      <Select
        label="Action"
        value={action ?? ANY}
        onChange={(id) => set("action", id)}
        options={[{ id: ANY, label: "Any action" }, ...actions]}
      />
      <Select
        label="Outcome"
        value={outcome ?? ANY}
        onChange={(id) => set("outcome", id)}
        options={OUTCOMES}
      />
      <Select label="Time" value={within ?? ANY} onChange={setWithin} options={TIMES} />
      <div className="max-lg:col-span-2 max-md:col-span-2">
        <RecordField onFound={(record) => onChange({ ...filter, record, table: "invoices" })} />
      </div>
    </>
  );
}

function peopleIn(entries: AuditEntry[], chosen: string | undefined) {
  const names = new Map(PEOPLE.map((person) => [tokenIdentifierOf(person), String(person.name)]));
  for (const { actor } of entries) {
    if (!names.has(actor.id)) names.set(actor.id, actor.label ?? actor.id);
  }
  if (chosen !== undefined && !names.has(chosen)) names.set(chosen, chosen);
  return [...names].map(([id, label]) => ({ id, label }));
}

function actionsIn(entries: AuditEntry[], chosen: string | undefined) {
  const names = new Set(entries.map(({ action }) => action));
  for (const verb of ["created", "updated", "sent", "paid", "voided", "trashed", "restored"]) {
    names.add(`invoices.${verb}`);
  }
  if (chosen !== undefined) names.add(chosen);
  return [...names].sort().map((id) => ({ id, label: id, isMono: true }));
}
