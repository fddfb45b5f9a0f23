import { useMutation } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../convex/_generated/api";
import type { Tampering } from "../../demo/tamper";
import { attemptWithToast } from "../errors";
import { RefusedButton } from "../ui/PermittedButton";
import { Button } from "../ui/Button";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

const isEmbedded = import.meta.env.VITE_CONVEX_BACKEND === "embedded";
const NUMBER = new Intl.NumberFormat("en-GB");

export function Tampered({ onLeave }: TrialProps) {
  const seal = useMutation(api.auditProofs.seal);
  const [tampering, setTampering] = useState<Tampering | null>(null);
  useEffect(() => {
    if (isEmbedded) void ask("GET").then(setTampering);
  }, []);
  const edit = async () => {
    // What is not sealed can be changed unnoticed, so that would prove nothing.
    if (await attemptWithToast(() => seal({}))) setTampering(await ask("POST"));
  };
  return (
    <>
      <Plan>
        Seals what is open, then takes the last two digits from the newest amount in the log, right
        in the database: no function does that, so the dev server does. It stands for somebody with
        the keys of your deployment.
      </Plan>
      <div className="flex flex-wrap gap-2">
        {!isEmbedded ? (
          <RefusedButton
            variant="primary"
            reason="A deployment has nothing that does this. Run npm run demo for it."
          >
            Edit an entry
          </RefusedButton>
        ) : tampering ? (
          <Button variant="primary" onPress={() => void ask("DELETE").then(setTampering)}>
            Put it back
          </Button>
        ) : (
          <Button variant="primary" onPress={() => void edit()}>
            Edit an entry
          </Button>
        )}
      </div>
      {tampering && (
        <Finding
          code="Edited"
          message={`${tampering.path}: ${NUMBER.format(tampering.was)} is ${NUMBER.format(tampering.is)} now.`}
        >
          <p>
            The log looks as it always did. But its seals were made from hashes of the entries, and
            the hash of this one has changed.
          </p>
          <div className="flex flex-wrap gap-2">
            <Leave to="/audit-log" search={{ panel: "verify" }} onLeave={onLeave}>
              Verify the log
            </Leave>
            <Leave to="/audit-log" search={{ entry: tampering.entryId }} onLeave={onLeave}>
              Open the entry
            </Leave>
          </div>
        </Finding>
      )}
    </>
  );
}

/** What is edited, after looking (GET), editing (POST) or putting back (DELETE). */
async function ask(method: "GET" | "POST" | "DELETE"): Promise<Tampering | null> {
  const response = await fetch("/demo/tamper", { method });
  return (await response.json()) as Tampering | null;
}
