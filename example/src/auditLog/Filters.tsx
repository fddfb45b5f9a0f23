import { RecordField } from "./RecordField";
import type { AuditSearch } from "./search";
import { SubjectSelect } from "./SubjectSelect";
import { TimeSelect } from "./TimeSelect";

type Props = {
  search: AuditSearch;
  onChange: (search: AuditSearch) => void;
  /** What people call the record that is filtered by. */
  recordLabel: string | undefined;
};

/** Everything, or one person, action or record; and within which time. */
export function Filters({ search, onChange, recordLabel }: Props) {
  const { actor, action, record, within, from, to } = search;
  const subject = { ...(actor && { actor }), ...(action && { action }), ...(record && { record }) };
  const time = { ...(within && { within }), ...(from && { from }), ...(to && { to }) };
  return (
    <div className="grid grid-cols-2 items-start gap-3 md:grid-cols-3">
      <SubjectSelect
        subject={subject}
        recordLabel={recordLabel}
        onChange={(chosen) => onChange({ ...chosen, ...time })}
      />
      <TimeSelect time={time} onChange={(chosen) => onChange({ ...subject, ...chosen })} />
      <RecordField onFound={(id) => onChange({ record: id, ...time })} />
    </div>
  );
}
