import type { CSSProperties } from "react";
import { Toaster } from "sonner";
import { useTheme } from "./theme";

const COLOURS = {
  "--normal-bg": "var(--color-surface)",
  "--normal-border": "var(--color-line)",
  "--normal-text": "var(--color-ink)",
  "--border-radius": "8px",
  fontFamily: "inherit",
} as CSSProperties;

/** Says in passing that something was done, or why not. */
export function Toasts() {
  const [theme] = useTheme();
  return <Toaster theme={theme} position="bottom-right" style={COLOURS} />;
}
