import type { ComponentType } from "react";
import { Heading } from "react-aria-components";
import { CloseButton, Drawer } from "../ui/Drawer";
import { Burst } from "./Burst";
import { Denied } from "./Denied";
import { Failing } from "./Failing";
import { Flood } from "./Flood";
import { Forged } from "./Forged";
import { Tampered } from "./Tampered";
import { TRIALS, type TrialId } from "./trials";
import { Validation } from "./Validation";

export type TrialProps = {
  /** Something led away from here. */
  onLeave: () => void;
};

const PANELS: Record<TrialId, ComponentType<TrialProps>> = {
  validation: Validation,
  burst: Burst,
  forged: Forged,
  denied: Denied,
  tampered: Tampered,
  failing: Failing,
  flood: Flood,
};

/** One trial: what it does, the button that does it, and what came of it. */
export default function TrialPanel({ id, onClose }: { id: TrialId; onClose: () => void }) {
  const trial = TRIALS.find((each) => each.id === id)!;
  const Panel = PANELS[id];
  return (
    <Drawer label={trial.name} isOpen onClose={onClose}>
      <div className="flex flex-col gap-6 p-6">
        <div className="flex items-start justify-between gap-4">
          <Heading slot="title" className="pt-1.5 text-base font-semibold">
            {trial.name}
          </Heading>
          <CloseButton onPress={onClose} />
        </div>
        <Panel onLeave={onClose} />
      </div>
    </Drawer>
  );
}
