import type { ReactNode } from "react";

/** The classes of a table that becomes a list of cards where the screen is narrow. */
export const table = {
  frame: "overflow-hidden rounded-md border border-line bg-surface",
  root: "w-full border-collapse max-md:block",
  head: "border-b border-line text-left text-xs text-muted max-md:sr-only",
  column: "px-4 py-2.5 font-medium outline-offset-[-2px]",
  body: "max-md:block",
  row:
    "border-b border-line outline-offset-[-2px] transition-colors last:border-b-0 data-hovered:bg-sunken/60 " +
    "data-selected:bg-sunken max-md:grid max-md:gap-x-4 max-md:gap-y-0.5 max-md:px-4 max-md:py-3",
  cell: "px-4 py-3.5 align-baseline outline-offset-[-2px] max-md:p-0",
};

/**
 * Around a table of react-aria, which is painted once without its rows before it knows them: until
 * then their skeleton stays, so that nothing below jumps up and down again.
 */
export function TableFrame({ rows, children }: { rows: number; children: ReactNode }) {
  return (
    <div className={`group ${table.frame}`}>
      {children}
      <div aria-hidden className="hidden group-has-[table:empty]:block">
        <SkeletonRows rows={rows} />
      </div>
    </div>
  );
}

/** Rows that are on their way. */
export function TableSkeleton({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div className={table.frame} role="status" aria-label={label}>
      <SkeletonRows rows={rows} />
    </div>
  );
}

function SkeletonRows({ rows }: { rows: number }) {
  return Array.from({ length: rows }, (_, i) => (
    <div key={i} className="flex justify-between border-b border-line px-4 py-4 last:border-b-0">
      <div className={`skeleton h-4 ${i % 2 === 0 ? "w-2/5" : "w-1/3"}`} />
      <div className="skeleton h-4 w-20" />
    </div>
  ));
}
