import { useAction, useMutation } from "convex/react";
import type { VerifyResult } from "convex-platform";
import { CircleCheck, Stamp, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { attemptWithToast } from "../errors";
import { Ago } from "../ui/Ago";
import { PermittedButton } from "../ui/PermittedButton";
import { countOf, useActivity, type Activity } from "./activity";

/** How far the log is sealed, and whether it is still what was sealed. */
export function SealHealth() {
  const activity = useActivity();
  const [found, setFound] = useState<VerifyResult | null>(null);
  return (
    <section aria-labelledby="seals" className="flex min-w-0 flex-col gap-3">
      <h2 id="seals" className="font-medium">
        Seals
      </h2>
      <div className="flex flex-col gap-4 rounded-md border border-line bg-surface p-4">
        {activity ? (
          <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
            <Detail name="Newest">
              {activity.head ? (
                <>
                  #{activity.head.index}, <Ago at={activity.head.sealedAt} />
                </>
              ) : (
                "none yet"
              )}
            </Detail>
            <Detail name="Open">{openOf(activity)}</Detail>
            {activity.head && (
              <Detail name="Hash">
                <span className="mono wrap-anywhere">{activity.head.hash.slice(0, 16)}…</span>
              </Detail>
            )}
          </dl>
        ) : (
          <div className="skeleton h-19" role="status" aria-label="Loading" />
        )}
        <div className="flex flex-wrap gap-2">
          <SealNow />
          <Verify onFound={setFound} />
        </div>
        <div role="status" className="empty:hidden">
          {found && <Finding found={found} />}
        </div>
      </div>
      <p className="text-xs text-pretty text-muted">
        Sealing runs every ten minutes, behind the writers. What is sealed cannot change unnoticed.
      </p>
    </section>
  );
}

function SealNow() {
  const seal = useMutation(api.auditProofs.seal);
  const press = async () => {
    if (await attemptWithToast(() => seal({}))) toast.success("The log is sealed up to now.");
  };
  return (
    <PermittedButton permission="auditLogs.seal" onPress={() => void press()}>
      <Stamp aria-hidden className="size-4" />
      Seal now
    </PermittedButton>
  );
}

function Verify({ onFound }: { onFound: (found: VerifyResult) => void }) {
  const [isVerifying, setIsVerifying] = useState(false);
  const verify = useAction(api.auditProofs.verify);
  const press = async () => {
    setIsVerifying(true);
    try {
      await attemptWithToast(async () => onFound(await verify({})));
    } finally {
      // Also where the connection was lost, which ends an action.
      setIsVerifying(false);
    }
  };
  return (
    <PermittedButton
      permission="auditLogs.verify"
      isPending={isVerifying}
      onPress={() => void press()}
    >
      <CircleCheck aria-hidden className="size-4" />
      Verify
    </PermittedButton>
  );
}

function Finding({ found: { ok, seals, entries, faults } }: { found: VerifyResult }) {
  const Icon = ok ? CircleCheck : TriangleAlert;
  return (
    <p className="flex gap-2 border-t border-line pt-4">
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      <span className="min-w-0 text-pretty">
        {ok
          ? `Nothing was changed: ${entries} entries under ${seals} ${seals === 1 ? "seal" : "seals"} are what they were.`
          : `${faults.length} ${faults.length === 1 ? "place is" : "places are"} not as sealed: ${faults.map(({ kind }) => kind.replaceAll("_", " ")).join(", ")}.`}
      </span>
    </p>
  );
}

/** "1 event", what no seal covers yet. */
function openOf({ unsealed: { count, isCut } }: Activity): string {
  if (count === 0) return "nothing";
  return `${countOf(count, isCut)} ${count === 1 ? "event" : "events"}`;
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
