/** `invoices.sent` in mono; what came to be in green, what ceased to be in red. */
export function ActionName({ action }: { action: string }) {
  const verb = action.slice(action.lastIndexOf(".") + 1);
  return <span className={`mono break-words ${COLOURS[verb] ?? ""}`}>{action}</span>;
}

const COLOURS: Record<string, string> = {
  created: "text-added",
  restored: "text-added",
  removed: "text-removed",
  trashed: "text-removed",
  purged: "text-removed",
};
