import { useEffect, useState, type ComponentType } from "react";
import { patiently } from "../ui/patiently";
import { onFirstToast, toast } from "../ui/toast";

/** Says in passing that something was done, or why not. */
export function Toasts() {
  const [List, setList] = useState<ComponentType | null>(null);
  useEffect(() => {
    onFirstToast(() => {
      patiently(() => import("./ToastList")).then(
        (part) => setList(() => part.default),
        // The next toast tries again, and then shows both.
        () => {},
      );
    });
    window.addEventListener("unhandledrejection", sayUnexpected);
    return () => window.removeEventListener("unhandledrejection", sayUnexpected);
  }, []);
  return List && <List />;
}

/** What nobody handled is a bug or a lost connection; the console has the details. */
function sayUnexpected(): void {
  toast.error("That did not work. Try again.");
}
