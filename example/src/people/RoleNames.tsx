import type { Grant } from "convex-platform";

/** The roles somebody holds, as words. */
export function RoleNames({ grants }: { grants: readonly Grant[] }) {
  if (grants.length === 0) return <span className="text-muted">no role</span>;
  return (
    <span className="inline-flex flex-wrap gap-1">
      {grants.map(({ role }) => (
        <span
          key={role}
          className="rounded-sm border border-line bg-surface px-1.5 py-px whitespace-nowrap"
        >
          {role}
        </span>
      ))}
    </span>
  );
}
