import { Ban, CircleCheck, CircleDashed, Send } from "lucide-react";
import type { Status } from "../../convex/schema";

/** The status by word and shape. No colours: green and red mean added and removed here. */
export function StatusMark({ status }: { status: Status }) {
  const { label, icon: Icon } = MARKS[status];
  return (
    <span
      className={`inline-flex items-baseline gap-1.5 whitespace-nowrap ${status === "void" ? "text-muted line-through" : ""}`}
    >
      <Icon aria-hidden className="size-3.5 self-center text-muted" strokeWidth={1.75} />
      {label}
    </span>
  );
}

export const MARKS = {
  draft: { label: "Draft", icon: CircleDashed },
  sent: { label: "Sent", icon: Send },
  paid: { label: "Paid", icon: CircleCheck },
  void: { label: "Void", icon: Ban },
};
