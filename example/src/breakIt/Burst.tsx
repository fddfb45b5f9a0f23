import { useMutation } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../convex/_generated/api";
import { attemptWithToast } from "../errors";
import { Button } from "../ui/Button";
import { Progress } from "../ui/Progress";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

const KNOCKS = 8;
const TICK_MS = 100;

type Burst = {
  heard: number;
  refusal?: { message: string; entryId: string; retryAt: number; waitMs: number };
};

export function Burst({ onLeave }: TrialProps) {
  const knock = useMutation(api.breakIt.knock);
  const [burst, setBurst] = useState<Burst | null>(null);
  const leftMs = useTimeLeft(burst?.refusal?.retryAt);

  const press = async (times: number) => {
    let heard = 0;
    const isDone = await attemptWithToast(async () => {
      for (let i = 0; i < times; i++) {
        const answer = await knock({});
        if (answer.ok) {
          setBurst({ heard: ++heard });
        } else {
          const { message, retryAfterMs: waitMs = 0 } = answer.error;
          const retryAt = Date.now() + waitMs;
          return setBurst({
            heard,
            refusal: { message, entryId: answer.entryId, retryAt, waitMs },
          });
        }
      }
    });
    if (!isDone) setBurst(null);
  };

  const refusal = burst?.refusal;
  return (
    <>
      <Plan>
        Calls one function eight times in a row. Whoever calls has five calls saved up, and gets one
        back every three seconds: a token bucket, kept in the same transaction as the call.
      </Plan>
      <div>
        {/* Pending, not disabled: that would take the focus, and Escape would not close the panel. */}
        <Button variant="primary" isPending={leftMs > 0} onPress={() => void press(KNOCKS)}>
          {leftMs > 0 ? `Again in ${Math.ceil(leftMs / 1000)} s` : "Call eight times"}
        </Button>
      </div>
      {refusal && (
        <Finding code="RATE_LIMITED" message={refusal.message}>
          <p>
            {burst.heard} {burst.heard === 1 ? "call was" : "calls were"} heard, the next one was
            refused and left a denied entry. The error says when the next one gets through.
          </p>
          <div className="w-full">
            <Progress
              label={leftMs > 0 ? "Wait" : "There is room again"}
              value={refusal.waitMs - leftMs}
              most={refusal.waitMs}
              text={`${(leftMs / 1000).toFixed(1)} s`}
            />
          </div>
          <div className="flex flex-wrap gap-2">
            <Button isPending={leftMs > 0} onPress={() => void press(1)}>
              Call once
            </Button>
            <Leave to="/audit-log" search={{ entry: refusal.entryId }} onLeave={onLeave}>
              Open the entry
            </Leave>
          </div>
        </Finding>
      )}
      {burst && !refusal && (
        <p role="status">
          {burst.heard} {burst.heard === 1 ? "call was" : "calls were"} heard.
        </p>
      )}
    </>
  );
}

/** Milliseconds until then, counted down; 0 when it has come. */
function useTimeLeft(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === undefined) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return until === undefined ? 0 : Math.max(until - now, 0);
}
