import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import type { ReactNode } from "react";
import { api } from "../../convex/_generated/api";
import { dayFromNow, LOCALE } from "../format";
import { Ago } from "../ui/Ago";
import { countOf, DAYS, totalOf, useActivity, type Activity } from "./activity";
import { SparkBars, SparkShares } from "./charts";

/** Four figures, each with its small picture. */
export function Figures() {
  const activity = useActivity();
  return (
    <ul className="grid grid-cols-2 gap-3 md:gap-4 lg:grid-cols-4">
      <Receivables />
      {activity ? <Events activity={activity} /> : <FigureSkeleton />}
      {activity ? <Sealed activity={activity} /> : <FigureSkeleton isLow />}
      <People />
    </ul>
  );
}

type FigureProps = {
  name: ReactNode;
  value: string;
  /** What belongs to the value. */
  note: ReactNode;
  children: ReactNode;
};

function Figure({ name, value, note, children }: FigureProps) {
  return (
    <li className="flex min-w-0 flex-col rounded-md border border-line bg-surface p-3 md:p-4">
      <h2 className="text-xs font-medium text-muted">{name}</h2>
      <p className="mt-1 text-xl font-semibold tracking-tight wrap-anywhere">{value}</p>
      <p className="mb-4 min-h-8 text-xs text-pretty text-muted">{note}</p>
      <div className="mt-auto">{children}</div>
    </li>
  );
}

/** As high as what comes: shares are lower than bars. */
function FigureSkeleton({ isLow = false }: { isLow?: boolean }) {
  return (
    <li
      role="status"
      aria-label="Loading"
      className="flex flex-col rounded-md border border-line bg-surface p-3 md:p-4"
    >
      <div className="skeleton mt-0.5 h-3 w-20" />
      <div className="skeleton mt-2 h-6 w-28" />
      <div className={`skeleton mt-12.5 w-full ${isLow ? "h-16 md:h-8" : "mb-6 h-10"}`} />
    </li>
  );
}

function Receivables() {
  const figures = useQuery(api.overview.receivables, { today: dayFromNow(0) });
  if (!figures) return <FigureSkeleton />;
  const { count, isCut, overdue, totals, dueByWeek } = figures;
  const [first, ...others] = totals.map((total) => wholeUnits(total));
  const sent = `${countOf(count, isCut)} sent, ${overdue} overdue`;
  const middle = dueByWeek.length / 2;
  return (
    <Figure
      name={<FigureLink to="/invoices">To be paid</FigureLink>}
      value={first ?? "Nothing"}
      note={
        first === undefined
          ? "No invoice is waiting."
          : [...others.map((sum) => `+ ${sum}`), sent].join(" · ")
      }
    >
      <SparkBars
        ends={["overdue", "due later"]}
        label={`Invoices by the week they are due in: ${sent}.`}
        data={dueByWeek.map((value, i) => ({ key: String(i), value, isMuted: i < middle }))}
      />
    </Figure>
  );
}

function Events({ activity }: { activity: Activity }) {
  const { days, unsealed } = activity;
  const total = countOf(totalOf(activity), unsealed.isCut);
  const refused = days.reduce((sum, day) => sum + day.refused, 0);
  const last = days.length - 1;
  const today = (days[last]?.count ?? 0) + unsealed.count;
  return (
    <Figure
      name={<FigureLink to="/audit-log">Events</FigureLink>}
      value={total}
      note={`in ${DAYS} days, ${today} today, ${refused === 0 ? "none" : refused} refused`}
    >
      <SparkBars
        ends={[dayOf(days[0]!.start), "today"]}
        label={`Events by day: ${total} in ${DAYS} days, ${today} of them today.`}
        data={days.map(({ start, count }, i) => ({
          key: String(start),
          value: count,
          // What no seal covers yet has just happened.
          rest: i === last ? unsealed.count : 0,
        }))}
      />
    </Figure>
  );
}

function Sealed({ activity }: { activity: Activity }) {
  const { unsealed, head } = activity;
  const total = totalOf(activity);
  const sealed = total - unsealed.count;
  const percent = total === 0 ? 100 : Math.floor((100 * sealed) / total);
  return (
    <Figure
      name="Sealed"
      value={`${percent}%`}
      note={
        head ? (
          <>
            last seal <Ago at={head.sealedAt} />
          </>
        ) : (
          "The first seal is on its way."
        )
      }
    >
      <SparkShares
        label={`${sealed} events are sealed, ${countOf(unsealed.count, unsealed.isCut)} are open.`}
        shares={[
          { name: "sealed", value: sealed },
          { name: "open", value: unsealed.count },
        ]}
      />
    </Figure>
  );
}

function People() {
  const people = useQuery(api.overview.people, {});
  if (!people) return <FigureSkeleton isLow />;
  const { active, suspended, byRole, isCut } = people;
  const shares = [...byRole].reverse().map(({ role, count }) => ({
    name: count === 1 ? role : `${role}s`,
    value: count,
  }));
  return (
    <Figure
      name={<FigureLink to="/people">People</FigureLink>}
      value={countOf(active, isCut)}
      note={`active, ${suspended === 0 ? "none" : suspended} suspended`}
    >
      <SparkShares
        label={`Active people by role: ${shares.map(({ name, value }) => `${value} ${name}`).join(", ")}.`}
        shares={shares}
      />
    </Figure>
  );
}

type Receivable = NonNullable<FunctionReturnType<typeof api.overview.receivables>>;

/** "$10,520": at a glance nobody reads cents. */
function wholeUnits({ amountCents, currency }: Receivable["totals"][number]): string {
  const format = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  return new Intl.NumberFormat(LOCALE, { ...format, maximumFractionDigits: 0 }).format(
    amountCents / 100,
  );
}

/** "8 Nov", in the time zone of the log's days. */
function dayOf(ms: number): string {
  return new Intl.DateTimeFormat(LOCALE, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  }).format(ms);
}

type LinkProps = { to: "/invoices" | "/audit-log" | "/people"; children: string };

function FigureLink({ to, children }: LinkProps) {
  return (
    <Link to={to} className="underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
