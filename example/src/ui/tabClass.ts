/** The look of one of several views, as a tab or as a link. */
export const tabClass =
  "-mb-px cursor-pointer border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-muted outline-offset-[-2px] " +
  "transition-colors hover:text-ink data-selected:border-accent data-selected:text-ink " +
  "aria-[current=page]:border-accent aria-[current=page]:text-ink";
