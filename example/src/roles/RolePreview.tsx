import type { Permission } from "../../convex/roles";
import { compareRoles } from "./preview";
import { listed, wordsOf } from "./words";

type Props = { name: string; before: readonly string[]; after: readonly string[] };

/** "Ben will be able to void invoices and delete invoices." */
export function RolePreview({ name, before, after }: Props) {
  const { gained, lost } = compareRoles(before, after);
  return (
    <div role="status" className="flex flex-col gap-2 rounded-md bg-sunken px-4 py-3 text-pretty">
      {gained.length > 0 && (
        <Sentence sign="+" className="text-added">
          {name} will be able to {inWords(gained)}.
        </Sentence>
      )}
      {lost.length > 0 && (
        <Sentence sign="−" className="text-removed">
          {name} will no longer be able to {inWords(lost)}.
        </Sentence>
      )}
      {gained.length + lost.length === 0 && (
        <p className="text-muted">Nothing changes in what {name} may do.</p>
      )}
    </div>
  );
}

type SentenceProps = { sign: string; className: string; children: React.ReactNode };

function Sentence({ sign, className, children }: SentenceProps) {
  return (
    <p className="flex gap-2">
      <span aria-hidden className={`mono font-semibold ${className}`}>
        {sign}
      </span>
      <span>{children}</span>
    </p>
  );
}

function inWords(permissions: Permission[]): string {
  return listed(permissions.map(wordsOf), "and");
}
