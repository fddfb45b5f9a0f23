/** The box of every control one fills in. */
export const boxClass =
  "h-9 w-full min-w-0 rounded-md border border-line bg-surface px-3 text-ellipsis text-ink placeholder:text-muted " +
  "transition-colors hover:border-muted data-invalid:border-2 data-invalid:border-ink disabled:bg-sunken disabled:text-muted " +
  "[&:is(textarea)]:h-auto [&:is(textarea)]:py-2";

export const labelClass = "text-xs font-medium text-muted";
