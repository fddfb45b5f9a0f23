import type { ProfileStatus } from "convex-platform";
import { CircleCheck, CirclePause, CircleSlash } from "lucide-react";

/** By word and shape; green and red mean added and removed here. */
export function PersonStatus({ status }: { status: ProfileStatus }) {
  const { label, icon: Icon } = PERSON_STATUSES[status];
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
      <Icon aria-hidden className="size-3.5 self-center text-muted" strokeWidth={1.75} />
      {label}
    </span>
  );
}

export const PERSON_STATUSES = {
  active: { label: "Active", icon: CircleCheck },
  suspended: { label: "Suspended", icon: CirclePause },
  deleted: { label: "Removed", icon: CircleSlash },
};
