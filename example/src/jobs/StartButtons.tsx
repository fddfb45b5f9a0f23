import { getRouteApi } from "@tanstack/react-router";
import { usePlatformMutation, type Outcome } from "convex-platform/react";
import { BellRing, Dices, FileChartColumn } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { dayFromNow } from "../format";
import { PermittedButton } from "../ui/PermittedButton";
import type { JobsSearch } from "./search";

const route = getRouteApi("/jobs");
/** As many attempts as the queue gives: the first round fails, and a retry gets through. */
const FLAKY = {
  to: "press@larkspur.example",
  subject: "Mail to a busy server",
  busyTimes: 4,
};

/** What one can set off here, each to be followed at once. */
export function StartButtons() {
  const navigate = route.useNavigate();
  const report = usePlatformMutation(api.reports.start);
  const reminders = usePlatformMutation(api.mails.remindAll);
  const flaky = usePlatformMutation(api.mails.sendOne);
  const begin = async (
    starting: Promise<Outcome<string>>,
    show: (id: string) => JobsSearch,
  ): Promise<void> => {
    const outcome = await starting;
    if (!outcome.ok) return void toast.error(outcome.error.message);
    await navigate({ search: show(outcome.value), resetScroll: false });
  };
  return (
    <>
      <PermittedButton
        permission="jobs.enqueue"
        isPending={report.isPending}
        onPress={() => void begin(report.run({ day: dayFromNow(0) }), (job) => ({ job }))}
      >
        <FileChartColumn aria-hidden className="size-4" />
        Start a report
      </PermittedButton>
      <PermittedButton
        permission="jobs.enqueue"
        isPending={reminders.isPending}
        onPress={() => void begin(reminders.run({}), (batch) => ({ batch }))}
      >
        <BellRing aria-hidden className="size-4" />
        Send reminders
      </PermittedButton>
      <PermittedButton
        permission="jobs.enqueue"
        isPending={flaky.isPending}
        onPress={() => void begin(flaky.run(FLAKY), (job) => ({ job }))}
      >
        <Dices aria-hidden className="size-4" />
        Start a flaky job
      </PermittedButton>
    </>
  );
}
