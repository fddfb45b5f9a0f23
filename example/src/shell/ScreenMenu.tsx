import { Menu } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../ui/Button";
import { patiently } from "../ui/patiently";

const ScreenDrawer = lazy(() => patiently(() => import("./ScreenDrawer")));

/** The rail of phones, behind a button. */
export function ScreenMenu() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="md:hidden">
      <Button variant="icon" aria-label="Screens" onPress={() => setIsOpen(true)}>
        <Menu aria-hidden className="size-5" strokeWidth={1.75} />
      </Button>
      <Suspense>{isOpen && <ScreenDrawer onClose={() => setIsOpen(false)} />}</Suspense>
    </div>
  );
}
