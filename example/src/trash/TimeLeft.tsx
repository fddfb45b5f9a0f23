import { daysLeft } from "convex-platform";
import { Lock } from "lucide-react";
import { Meter, ProgressBar } from "react-aria-components";
import { RETENTION_DAYS } from "../../convex/invoiceRules";
import { Ago, useNow } from "../ui/Ago";
import type { Deletion } from "./words";

/** How long it can still come back, or what goes on with it. */
export function TimeLeft({ deletion }: { deletion: Deletion }) {
  const now = useNow();
  const { state, hold, ended } = deletion;
  switch (state) {
    case "removing":
    case "restoring":
    case "purging":
      return <UnderWay deletion={deletion} />;
    case "restored":
    case "purged":
      return (
        <p>
          <span>{state === "restored" ? "Restored" : "Purged"}</span>
          <span className="block text-muted md:mt-0.5">
            {ended?.by.label ?? ended?.by.id}
            {ended?.at !== undefined && (
              <>
                , <Ago at={ended.at} />
              </>
            )}
          </span>
        </p>
      );
    case "trashed":
      if (hold) {
        return (
          <p className="flex items-center gap-1.5">
            <Lock aria-hidden className="size-3.5 text-muted" strokeWidth={1.75} />
            On hold
          </p>
        );
      }
      return <DaysLeft days={daysLeft(deletion, now)} />;
  }
}

function DaysLeft({ days }: { days: number | null }) {
  if (days === null) return <p className="text-muted">Never purged</p>;
  const text = days === 0 ? "Last day" : `${days} ${days === 1 ? "day" : "days"} left`;
  return (
    <Meter
      aria-label="Time left"
      value={days}
      maxValue={RETENTION_DAYS}
      valueLabel={text}
      className="flex flex-col gap-1.5"
    >
      {({ percentage }) => (
        <>
          <span className={days <= 3 ? "font-medium" : ""}>{text}</span>
          <Bar percentage={percentage} />
        </>
      )}
    </Meter>
  );
}

const DEEDS = { removing: "Deleting", restoring: "Restoring", purging: "Purging" } as const;

function UnderWay({ deletion: { state, progress } }: { deletion: Deletion }) {
  const deed = DEEDS[state as keyof typeof DEEDS];
  const { done = 0, total } = progress ?? {};
  const text = total === undefined ? `${done} so far` : `${done} of ${total}`;
  return (
    <ProgressBar
      aria-label={deed}
      value={done}
      valueLabel={text}
      {...(total === undefined ? { isIndeterminate: true } : { maxValue: total })}
      className="flex flex-col gap-1.5"
    >
      {({ percentage = 30 }) => (
        <>
          <span>
            {deed}, <span className="text-muted">{text}</span>
          </span>
          <Bar percentage={percentage} />
        </>
      )}
    </ProgressBar>
  );
}

function Bar({ percentage }: { percentage: number }) {
  return (
    <span className="block h-1 w-full max-w-24 overflow-hidden rounded-sm bg-sunken">
      <span
        className="block h-full rounded-sm bg-muted transition-[width]"
        style={{ width: `${percentage}%` }}
      />
    </span>
  );
}
