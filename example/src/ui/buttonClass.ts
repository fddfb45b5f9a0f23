const BASE =
  "inline-flex h-9 items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap " +
  "transition-colors select-none disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50";

const VARIANTS = {
  primary: "px-3 bg-ink text-ground hover:bg-ink/85",
  secondary: "px-3 border border-line bg-surface text-ink hover:bg-sunken",
  ghost: "px-3 text-muted hover:bg-sunken hover:text-ink",
  /** Looks like a field, and opens one. */
  field: "px-3 border border-line bg-surface font-normal text-muted hover:border-muted",
  icon: "size-9 text-muted hover:bg-sunken hover:text-ink",
};

export type ButtonVariant = keyof typeof VARIANTS;

/** The look of a button, for links as well. */
export function buttonClass(variant: ButtonVariant = "secondary"): string {
  return `${BASE} ${VARIANTS[variant]}`;
}
