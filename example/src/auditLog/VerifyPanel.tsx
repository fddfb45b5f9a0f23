import { Link } from "@tanstack/react-router";
import { useMutation } from "convex/react";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useEffect } from "react";
import { Heading } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { attemptWithToast } from "../errors";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { CloseButton, Drawer } from "../ui/Drawer";
import { ErrorText } from "../ui/ErrorText";
import { PermittedButton } from "../ui/PermittedButton";
import { Progress } from "../ui/Progress";
import { useVerification, type Verification } from "./useVerification";

const NUMBER = new Intl.NumberFormat("en-GB");

/** Goes through the whole log, and names what is not as it was sealed. */
export default function VerifyPanel({ onClose }: { onClose: () => void }) {
  const { found, start } = useVerification();
  const seal = useMutation(api.auditProofs.seal);
  useEffect(() => void start(), [start]);
  const sealAndVerify = async () => {
    if (await attemptWithToast(() => seal({}))) await start();
  };
  return (
    <Drawer label="Verify the log" isOpen onClose={onClose}>
      <div className="flex flex-col gap-6 p-6">
        <div className="flex items-start justify-between gap-4">
          <Heading slot="title" className="pt-1.5 text-base font-semibold">
            Verify the log
          </Heading>
          <CloseButton onPress={onClose} />
        </div>
        <p className="-mt-4 text-pretty text-muted">
          Every few minutes what was recorded is closed under a seal, and each seal has the hash of
          the one before. Whoever edits, removes or slips in an entry later is found out here, even
          with an administrator's access to the database.
        </p>
        {found && <Findings found={found} />}
        {found && found.state !== "running" && (
          <div className="flex flex-wrap gap-2">
            <Button onPress={() => void start()}>Verify again</Button>
            {found.unsealed && found.unsealed.count > 0 && (
              <PermittedButton permission="auditLogs.seal" onPress={() => void sealAndVerify()}>
                Seal the rest and verify
              </PermittedButton>
            )}
          </div>
        )}
      </div>
    </Drawer>
  );
}

const LABELS = { running: "Verifying", done: "Verified", failed: "Not verified" };

function Findings({ found }: { found: Verification }) {
  const { state, step, steps, entries, seals, faults, message } = found;
  return (
    <>
      <Progress
        label={LABELS[state]}
        value={step}
        most={steps}
        text={`${NUMBER.format(entries)} entries under ${NUMBER.format(seals)} ${seals === 1 ? "seal" : "seals"}`}
      />
      {state === "failed" && message && <ErrorText>{message}</ErrorText>}
      {faults.length > 0 && <Faults faults={faults} />}
      {state === "done" && faults.length === 0 && <AllGood found={found} />}
    </>
  );
}

function AllGood({ found: { anchor, pruned, erased, unsealed } }: { found: Verification }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <p className="flex items-center gap-2 font-medium">
        <ShieldCheck aria-hidden className="size-5 text-muted" />
        Everything is as it was sealed.
      </p>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-muted">
        {anchor !== null && <li>The kept copy of seal #{anchor} is the one in the log.</li>}
        {pruned > 0 && <li>{NUMBER.format(pruned)} were removed by retention, as recorded.</li>}
        {erased > 0 && <li>{NUMBER.format(erased)} personal values were erased, as recorded.</li>}
        {unsealed && unsealed.count > 0 && (
          <li>
            {NUMBER.format(unsealed.count)}
            {unsealed.isCut && " or more"} of the newest are not sealed yet.
          </li>
        )}
      </ul>
    </div>
  );
}

function Faults({ faults }: { faults: Verification["faults"] }) {
  return (
    <section role="alert" className="flex flex-col gap-3">
      <p className="flex items-center gap-2 font-medium">
        <ShieldAlert aria-hidden className="size-5" />
        {faults.length === 1 ? "One thing is" : `${faults.length} things are`} not as sealed.
      </p>
      <ul className="flex flex-col gap-3">
        {faults.map((fault, i) => (
          <li key={i} className="flex flex-col items-start gap-2 rounded-md border border-line p-3">
            <span className="mono">{fault.kind}</span>
            <span className="text-pretty wrap-anywhere text-muted">{fault.message}</span>
            {"entryId" in fault && (
              <Link to="/audit-log" search={{ entry: fault.entryId }} className={buttonClass()}>
                Open the entry
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
