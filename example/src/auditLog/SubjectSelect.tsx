import { PEOPLE, tokenIdentifierOf } from "../../convex/people";
import { Select } from "../ui/Select";
import type { AuditSearch } from "./search";

const EVERYTHING = "everything";

const people = PEOPLE.map((person) => ({ id: tokenIdentifierOf(person), label: person.name }));

/** What the example's functions record. */
const actions = ["created", "updated", "sent", "paid", "voided", "removed"].map((verb) => {
  const id = `invoices.${verb}`;
  return { id, label: id, isMono: true };
});

type Subject = Pick<AuditSearch, "actor" | "action" | "record">;

type Props = {
  subject: Subject;
  recordLabel: string | undefined;
  onChange: (subject: Subject) => void;
};

/** One list for all three, because a page of the log is read from one index. */
export function SubjectSelect({
  subject: { actor, action, record },
  recordLabel,
  onChange,
}: Props) {
  const value = actor ?? action ?? record ?? EVERYTHING;
  // An address may name a person or an action that is in no list here.
  const isListed = [...people, ...actions].some(({ id }) => id === value) || value === EVERYTHING;
  const other = { id: value, label: record ? (recordLabel ?? "One record") : value };
  const choose = (id: string) => {
    if (people.some((person) => person.id === id)) onChange({ actor: id });
    else if (actions.some((known) => known.id === id)) onChange({ action: id });
    else if (id === EVERYTHING) onChange({});
  };
  return (
    <Select
      label="Show"
      value={value}
      onChange={choose}
      options={[{ id: EVERYTHING, label: "Everything" }, ...(isListed ? [] : [other])]}
      sections={[
        { title: "One person", options: people },
        { title: "One action", options: actions },
      ]}
    />
  );
}
