import { usePlatformMutation } from "convex-platform/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { Button } from "../ui/Button";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

/** Everything about it is wrong. */
const BAD = {
  customer: "",
  title: "   ",
  currency: "EUR" as const,
  dueOn: "2026-02-30",
  lines: [{ description: "Half a menu", quantity: 0.5, unitCents: -100 }],
};

export function Validation({ onLeave }: TrialProps) {
  const { run, isPending, error, fieldErrors } = usePlatformMutation(api.invoices.create);
  const [isTaken, setIsTaken] = useState(false);
  const press = async () => setIsTaken((await run(BAD)).ok);
  return (
    <>
      <Plan>
        Sends an invoice with no customer, a title of three spaces, the thirtieth of February, half
        a piece, and a price below nothing. No form stands in between.
      </Plan>
      <div>
        <Button variant="primary" isPending={isPending} onPress={() => void press()}>
          Send the invoice
        </Button>
      </div>
      {isTaken && <p>It was taken. That is a bug.</p>}
      {error && (
        <Finding code={error.code} message={error.message}>
          {Object.keys(fieldErrors).length > 0 && (
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
              {Object.entries(fieldErrors).map(([path, message]) => (
                <div key={path} className="contents">
                  <dt className="mono">{path}</dt>
                  <dd>{message}</dd>
                </div>
              ))}
            </dl>
          )}
          <p>
            Texts are trimmed, then all rules are checked, and every bad field is named at once. The
            transaction ended there: no invoice, no number used up, and no entry in the log.
          </p>
          <Leave to="/invoices/new" onLeave={onLeave}>
            See it in the form
          </Leave>
        </Finding>
      )}
    </>
  );
}
