import { useConnection } from "./connection";

/** Whether what is on the screen follows the backend, at a glance. */
export function ConnectionDot() {
  const state = useConnection();
  return (
    <span role="status" className="flex items-center gap-2 text-xs whitespace-nowrap text-muted">
      <span aria-hidden className={`size-2 rounded-full ${DOTS[state]}`} />
      <span className="max-md:sr-only">{LABELS[state]}</span>
    </span>
  );
}

const LABELS = { live: "Live", offline: "Offline", connecting: "Connecting" };

const DOTS = {
  live: "bg-added",
  offline: "border-2 border-removed",
  connecting: "border-2 border-muted",
};
