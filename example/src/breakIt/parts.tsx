import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../ui/buttonClass";

/** What the trial is about to do. */
export function Plan({ children }: { children: ReactNode }) {
  return <p className="-mt-4 text-pretty text-muted">{children}</p>;
}

type FindingProps = {
  /** The code of the refusal, or what stands for it. */
  code: string;
  /** What the backend said. */
  message: string;
  /** Why it ended like this, and what is left of it. */
  children: ReactNode;
};

/** What came of it. */
export function Finding({ code, message, children }: FindingProps) {
  return (
    <section
      role="status"
      aria-label="What happened"
      className="flex flex-col items-start gap-3 rounded-md border border-line p-4"
    >
      <h3 className="text-xs font-medium text-muted">What happened</h3>
      <p>
        <span className="mono font-medium">{code}</span>
        <span className="mt-1 block wrap-anywhere">{message}</span>
      </p>
      <div className="flex flex-col items-start gap-3 text-pretty text-muted">{children}</div>
    </section>
  );
}

/** Leads to what the trial left behind. */
export function Leave({ onLeave, ...props }: LinkProps & { onLeave: () => void }) {
  return <Link {...props} onClick={onLeave} className={buttonClass()} />;
}
