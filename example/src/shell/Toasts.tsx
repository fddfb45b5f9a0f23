import { useEffect, type CSSProperties } from "react";
import { toast, Toaster } from "sonner";
import { useTheme } from "./theme";

const STYLE = {
  "--normal-bg": "var(--color-surface)",
  "--normal-border": "var(--color-line)",
  "--normal-text": "var(--color-ink)",
  "--border-radius": "8px",
  fontFamily: "inherit",
} as CSSProperties;

/** Says in passing that something was done, or why not. */
export function Toasts() {
  const [theme] = useTheme();
  useEffect(() => {
    window.addEventListener("unhandledrejection", sayUnexpected);
    return () => window.removeEventListener("unhandledrejection", sayUnexpected);
  }, []);
  return <Toaster theme={theme} position="bottom-right" style={STYLE} />;
}

/** What nobody handled is a bug or a lost connection; the console has the details. */
function sayUnexpected(): void {
  toast.error("That did not work. Try again.");
}
