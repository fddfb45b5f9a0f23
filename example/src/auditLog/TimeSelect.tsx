import { dayFromNow } from "../format";
import { TextField } from "../ui/fields";
import { Select } from "../ui/Select";
import { SPANS, type AuditSearch, type Within } from "./search";

const ANY = "any";
const DAYS = "days";

const OPTIONS = [
  { id: ANY, label: "Any time" },
  { id: "hour", label: "Last hour" },
  { id: "day", label: "Last 24 hours" },
  { id: "week", label: "Last 7 days" },
  { id: DAYS, label: "From day to day" },
];

type Time = Pick<AuditSearch, "within" | "from" | "to">;

/** Stands in the grid of the filters; the two days get a row of their own. */
export function TimeSelect({ time, onChange }: { time: Time; onChange: (time: Time) => void }) {
  const { within, from, to } = time;
  const value = within ?? (from || to ? DAYS : ANY);
  const choose = (id: string) => {
    if (id in SPANS) onChange({ within: id as Within });
    else onChange(id === DAYS ? { from: dayFromNow(-6), to: dayFromNow(0) } : {});
  };
  return (
    <>
      <Select label="When" value={value} onChange={choose} options={OPTIONS} />
      {value === DAYS && (
        <div className="order-last col-span-full grid grid-cols-2 gap-3 md:max-w-md">
          <TextField
            label="From"
            type="date"
            value={from ?? ""}
            onChange={(day) => onChange(withDays(day, to))}
          />
          <TextField
            label="To, included"
            type="date"
            value={to ?? ""}
            onChange={(day) => onChange(withDays(from, day))}
          />
        </div>
      )}
    </>
  );
}

function withDays(from: string | undefined, to: string | undefined): Time {
  return { ...(from && { from }), ...(to && { to }) };
}
