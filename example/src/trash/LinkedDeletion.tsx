import { useQuery } from "convex/react";
import { SearchX } from "lucide-react";
import { api } from "../../convex/_generated/api";
import { Notice } from "../ui/Notice";
import { table } from "../ui/Table";
import { DeletionRow } from "./DeletionRow";
import { useRestore } from "./useRestore";

type Props = { id: string; onToggle: (id: string) => void };

/** The deletion that the address names, where the list below does not show it. */
export function LinkedDeletion({ id, onToggle }: Props) {
  const deletion = useQuery(api.trash.get, { id });
  const { restore, refused } = useRestore();
  if (deletion === undefined) return null;
  if (deletion === null) return <Notice icon={SearchX} title="There is no such deletion." />;
  return (
    <section aria-label="The deletion you came for">
      <ul className={table.frame}>
        <DeletionRow
          deletion={deletion}
          isOpen
          onToggle={() => onToggle(id)}
          onRestore={restore}
          isRefused={refused.has(id)}
        />
      </ul>
    </section>
  );
}
