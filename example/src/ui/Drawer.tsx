import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./Button";

type Props = {
  label: string;
  isOpen: boolean;
  onClose: () => void;
  side?: "left" | "right";
  children: ReactNode;
};

const SIDES = {
  left: "left-0 max-w-72 border-r data-entering:-translate-x-4",
  right: "right-0 max-w-lg border-l data-entering:translate-x-4",
};

/** Beside the screen, over it: Escape or a press outside closes it, and the focus goes back. */
export function Drawer({ label, isOpen, onClose, side = "right", children }: Props) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(isStillOpen) => !isStillOpen && onClose()}
      isDismissable
      className="fixed inset-0 z-20 bg-veil transition-opacity data-entering:opacity-0"
    >
      <Modal
        className={`fixed inset-y-0 w-full border-line bg-surface transition-transform ${SIDES[side]}`}
      >
        <Dialog aria-label={label} className="h-full overflow-y-auto">
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

export function CloseButton({ onPress }: { onPress: () => void }) {
  return (
    <Button variant="icon" aria-label="Close" onPress={onPress}>
      <X aria-hidden className="size-4" />
    </Button>
  );
}
