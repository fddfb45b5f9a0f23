import { CloseButton, Drawer } from "../ui/Drawer";
import { BackendBadge } from "./BackendBadge";
import { ScreenLinks } from "./Rail";

/** All screens with their names, over what is on a phone's screen. */
export default function ScreenDrawer({ onClose }: { onClose: () => void }) {
  return (
    <Drawer label="Screens" side="left" isOpen onClose={onClose}>
      <div className="flex h-full flex-col">
        <div className="flex h-14 items-center justify-between pr-3 pl-5.5">
          <p className="font-semibold tracking-tight">Ledgerline</p>
          <CloseButton onPress={onClose} />
        </div>
        <nav aria-label="Screens">
          <ScreenLinks onFollow={onClose} />
        </nav>
        <div className="mt-auto flex flex-col items-start gap-3 border-t border-line p-5.5">
          <p className="font-medium">Brightwater Studio</p>
          <BackendBadge />
        </div>
      </div>
    </Drawer>
  );
}
