import { lazy, Suspense, useEffect, useState } from "react";
import { onFirstToast, toast } from "../ui/toast";

const ToastList = lazy(() => import("./ToastList"));

/** Says in passing that something was done, or why not. */
export function Toasts() {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    onFirstToast(() => setWanted(true));
    window.addEventListener("unhandledrejection", sayUnexpected);
    return () => window.removeEventListener("unhandledrejection", sayUnexpected);
  }, []);
  return <Suspense>{isWanted && <ToastList />}</Suspense>;
}

/** What nobody handled is a bug or a lost connection; the console has the details. */
function sayUnexpected(): void {
  toast.error("That did not work. Try again.");
}
