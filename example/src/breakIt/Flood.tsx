import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { attemptWithToast } from "../errors";
import { PermittedButton } from "../ui/PermittedButton";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

const COUNT = 2_000;

export function Flood({ onLeave }: TrialProps) {
  const flood = useMutation(api.breakIt.flood);
  const [tookMs, setTookMs] = useState<number | null>(null);
  const [isPending, setIsPending] = useState(false);
  const press = async () => {
    const begunAt = performance.now();
    setIsPending(true);
    const isDone = await attemptWithToast(() => flood({ count: COUNT }));
    setIsPending(false);
    if (isDone) setTookMs(performance.now() - begunAt);
  };
  return (
    <>
      <Plan>
        Records 2,000 reminders in one mutation. They share one commit time, which is the worst case
        for a list in pages: the end of a page lies amid entries of the same moment.
      </Plan>
      <div>
        <PermittedButton
          variant="primary"
          permission="auditLogs.flood"
          isPending={isPending}
          onPress={() => void press()}
        >
          Record 2,000 entries
        </PermittedButton>
      </div>
      {tookMs !== null && (
        <Finding code="Recorded" message={`2,000 entries in ${Math.round(tookMs)} ms.`}>
          <p>
            Scroll to the end of the log: no gap, no entry twice, and never more than the rows on
            the screen in the document. Recording costs one insert each and reads nothing.
          </p>
          <Leave to="/audit-log" search={{ action: "invoices.reminded" }} onLeave={onLeave}>
            Show them
          </Leave>
        </Finding>
      )}
    </>
  );
}
