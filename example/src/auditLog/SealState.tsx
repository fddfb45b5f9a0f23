import { useConvex, useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { convexToJson } from "convex/values";
import type { AuditEntry } from "convex-platform";
import { Download, Lock, LockOpen, ShieldCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { attemptWithToast } from "../errors";
import { formatMoment } from "../format";
import { Button } from "../ui/Button";
import { ErrorText } from "../ui/ErrorText";
import { PermittedButton } from "../ui/PermittedButton";
import { saveFile } from "../ui/saveFile";

type State = FunctionReturnType<typeof api.auditProofs.sealState>;

/** Whether the entry can still be changed unnoticed, and how to convince somebody that it was not. */
export function SealState({ entry: { id } }: { entry: AuditEntry }) {
  const state = useQuery(api.auditProofs.sealState, { id });
  return (
    <section aria-label="Seal" className="flex flex-col gap-3 rounded-md border border-line p-4">
      {state ? (
        <Sealed id={id} state={state} />
      ) : (
        <p className="text-muted">Looking for its seal.</p>
      )}
    </section>
  );
}

function Sealed({ id, state }: { id: string; state: NonNullable<State> }) {
  switch (state.kind) {
    case "open":
      return <Open />;
    case "sealed":
      return (
        <>
          <p className="flex items-start gap-2">
            <Lock aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <span>
              Sealed in seal #{state.seal},{" "}
              <span className="text-muted">{formatMoment(state.sealedAt)}</span>
            </span>
          </p>
          <Proof id={id} />
        </>
      );
    case "changed":
      return (
        <p className="flex items-start gap-2 font-medium" role="alert">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          This is not what was sealed: somebody changed the entry since.
        </p>
      );
  }
}

function Open() {
  const seal = useMutation(api.auditProofs.seal);
  return (
    <>
      <p className="flex items-start gap-2">
        <LockOpen aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        Not sealed yet. The next round closes it, within ten minutes.
      </p>
      <div>
        <PermittedButton
          permission="auditLogs.seal"
          onPress={() => void attemptWithToast(() => seal({}))}
        >
          Seal now
        </PermittedButton>
      </div>
    </>
  );
}

/** The proof is checked right here in the browser: it needs no trust in the backend that sent it. */
function Proof({ id }: { id: string }) {
  const convex = useConvex();
  const heads = useQuery(api.auditProofs.heads, {});
  const [finding, setFinding] = useState<{ ok: boolean; text: string } | null>(null);

  const verify = async () => {
    const [{ verifyInclusionProof }, proof] = await Promise.all([
      import("convex-platform/verify"),
      convex.query(api.auditProofs.inclusionProof, { id }),
    ]);
    if (!proof) return setFinding({ ok: false, text: "There is no proof of this entry any more." });
    const anchor = heads?.find(({ index }) => index === proof.seal.index);
    const result = verifyInclusionProof(proof, anchor ? { anchor } : {});
    const places = proof.path.length === 1 ? "1 hash leads" : `${proof.path.length} hashes lead`;
    const kept = anchor ? `, and that is the head that was kept of seal #${anchor.index}` : "";
    setFinding(
      result.ok
        ? { ok: true, text: `${places} from this entry to its seal${kept}.` }
        : { ok: false, text: result.message },
    );
  };

  const download = async () => {
    const proof = await convex.query(api.auditProofs.inclusionProof, { id });
    if (!proof) return void toast.error("There is no proof of this entry any more.");
    saveFile(`inclusion-proof-${id}.json`, JSON.stringify(convexToJson(proof), null, 2));
  };

  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => void verify()}>
          <ShieldCheck aria-hidden className="size-4" />
          Verify
        </Button>
        <Button onPress={() => void download()}>
          <Download aria-hidden className="size-4" />
          Inclusion proof
        </Button>
      </div>
      <div role="status" className="empty:-mt-3">
        {finding &&
          (finding.ok ? (
            <p className="text-muted">Proven in this browser: {finding.text}</p>
          ) : (
            <ErrorText>{finding.text}</ErrorText>
          ))}
      </div>
    </>
  );
}
