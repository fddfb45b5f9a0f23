import { useEffect, type CSSProperties } from "react";
import { toast, Toaster } from "sonner";
import { showToasts } from "../ui/toast";
import { useTheme } from "./theme";

const STYLE = {
  "--normal-bg": "var(--color-surface)",
  "--normal-border": "var(--color-line)",
  "--normal-text": "var(--color-ink)",
  "--border-radius": "8px",
  fontFamily: "inherit",
} as CSSProperties;

export default function ToastList() {
  const [theme] = useTheme();
  // The list listens by now: its effects run before this one.
  useEffect(() => showToasts(toast), []);
  return <Toaster theme={theme} position="bottom-right" style={STYLE} />;
}
