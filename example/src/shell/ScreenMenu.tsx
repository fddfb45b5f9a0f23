import { Menu } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/Button";
import { CloseButton, Drawer } from "../ui/Drawer";
import { BackendBadge } from "./BackendBadge";
import { ScreenLinks } from "./Rail";

/** The rail of phones, behind a button. */
export function ScreenMenu() {
  const [isOpen, setIsOpen] = useState(false);
  const close = () => setIsOpen(false);
  return (
    <div className="md:hidden">
      <Button variant="icon" aria-label="Screens" onPress={() => setIsOpen(true)}>
        <Menu aria-hidden className="size-5" strokeWidth={1.75} />
      </Button>
      <Drawer label="Screens" side="left" isOpen={isOpen} onClose={close}>
        <div className="flex h-full flex-col">
          <div className="flex h-14 items-center justify-between pr-3 pl-5.5">
            <p className="font-semibold tracking-tight">Ledgerline</p>
            <CloseButton onPress={close} />
          </div>
          <nav aria-label="Screens">
            <ScreenLinks onFollow={close} />
          </nav>
          <div className="mt-auto flex flex-col items-start gap-3 border-t border-line p-5.5">
            <p className="font-medium">Brightwater Studio</p>
            <BackendBadge />
          </div>
        </div>
      </Drawer>
    </div>
  );
}
