import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

type Props = {
  title: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
};

/** Asks before something is done; the buttons are the children's. */
export function Confirm({ title, isOpen, onOpenChange, children }: Props) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable
      className="fixed inset-0 z-20 flex items-center justify-center bg-veil p-4 transition-opacity data-entering:opacity-0 data-exiting:opacity-0"
    >
      <Modal className="max-h-full w-full max-w-md overflow-y-auto rounded-md border border-line bg-surface">
        <Dialog role="alertdialog" className="flex flex-col gap-4 p-6">
          <Heading slot="title" className="text-base font-semibold">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
