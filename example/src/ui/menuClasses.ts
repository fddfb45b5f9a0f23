export const popoverClass =
  "overflow-auto rounded-md border border-line bg-surface shadow-lg shadow-veil/20 outline-none " +
  "transition-opacity data-entering:opacity-0 data-exiting:opacity-0";

export const itemClass =
  "flex h-9 items-center justify-between gap-4 rounded-sm px-3 outline-none " +
  "data-focused:bg-sunken data-disabled:opacity-50";
