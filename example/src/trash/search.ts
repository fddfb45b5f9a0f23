/** What the trash shows, as its address says. */
export type TrashSearch = {
  /** What has left the trash; absent: what is in it. */
  show?: "ended";
  table?: Table;
  /** The deletion that is open. */
  open?: string;
};

export const TABLES = ["invoices", "lineItems"] as const;
export type Table = (typeof TABLES)[number];

/** Takes anything: an address is written by anybody. */
export function parseTrashSearch(search: Record<string, unknown>): TrashSearch {
  const table = TABLES.find((known) => known === search["table"]);
  const { show, open } = search;
  return {
    ...(show === "ended" && { show }),
    ...(table && { table }),
    ...(typeof open === "string" && open !== "" && { open }),
  };
}
