import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { PEOPLE } from "../../convex/people";
import { fetchToken } from "../session/session";
import { Button } from "../ui/Button";
import { answerTo, clientWith, type Answer } from "./callAs";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

const CHLOE = PEOPLE[2];
const FIRST = { status: "sent" as const, paginationOpts: { numItems: 1, cursor: null } };

type Attempted = FunctionReturnType<typeof api.attempts.tryToVoid>;

export function Denied({ onLeave }: TrialProps) {
  const invoice = useQuery(api.invoices.list, FIRST)?.page[0];
  const [answer, setAnswer] = useState<Answer<Attempted> | null>(null);
  const press = async () => {
    const token = await fetchToken(CHLOE);
    if (!invoice || token === null) return;
    const args = { id: invoice._id, reason: "Because I can." };
    const chloe = clientWith(token);
    setAnswer(await answerTo(() => chloe.mutation(api.attempts.tryToVoid, args)));
  };
  const refusal = answer?.ok && !answer.value.ok ? answer.value : null;
  return (
    <>
      <Plan>
        Signs in as Chloé, who may only look, and calls the function behind the Void button of{" "}
        {invoice?.number ?? "an invoice"} directly. Her own screen would not offer it.
      </Plan>
      <div>
        <Button variant="primary" isDisabled={!invoice} onPress={() => void press()}>
          Void {invoice?.number} as Chloé
        </Button>
      </div>
      {answer?.ok && answer.value.ok && <p>It was done. That is a bug.</p>}
      {answer && !answer.ok && (
        <Finding code={answer.code} message={answer.message}>
          <p>Her profile does not let her in any more, so there was nothing to refuse.</p>
        </Finding>
      )}
      {refusal && (
        <Finding code={refusal.error.code ?? "FAILED"} message={refusal.error.message}>
          <p>
            The function asked for the permission <span className="mono">invoices.void</span> before
            it read anything. What it would have written was undone, the refusal was not: it stands
            in the log, with her name and address, for Ada to see.
          </p>
          <Leave to="/audit-log" search={{ entry: refusal.entryId }} onLeave={onLeave}>
            Open the entry
          </Leave>
        </Finding>
      )}
    </>
  );
}
