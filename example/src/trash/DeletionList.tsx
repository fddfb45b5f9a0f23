import { useState } from "react";
import { table } from "../ui/Table";
import { useNow } from "../ui/Ago";
import { BulkBar } from "./BulkBar";
import { DeletionRow } from "./DeletionRow";
import { SelectBox } from "./SelectBox";
import { useRestore } from "./useRestore";
import { formatDayOf, isRestorable, startOfDay, type Deletion } from "./words";

type Props = {
  /** The latest first. */
  deletions: Deletion[];
  openId: string | undefined;
  onToggle: (id: string) => void;
  /** These leave the list by what the reader has done. */
  onLeave: (ids: string[]) => void;
};

/** Deletions by the day on which they happened, to be restored one by one or together. */
export function DeletionList({ deletions, openId, onToggle, onLeave }: Props) {
  const now = useNow();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { restore, refused } = useRestore(onLeave);
  const choosable = deletions.filter(isRestorable).map(({ id }) => id);
  // Somebody else may have restored what is chosen.
  const selected = choosable.filter((id) => chosen.has(id));
  const choose = (id: string, isChosen: boolean) => {
    const rest = [...chosen].filter((one) => one !== id);
    setChosen(new Set(isChosen ? [...rest, id] : rest));
  };
  return (
    <>
      {choosable.length > 0 && (
        <div className="-my-1 px-4">
          <SelectBox
            label="Select all"
            isLabelShown
            isSelected={selected.length === choosable.length}
            isIndeterminate={selected.length > 0 && selected.length < choosable.length}
            onChange={(isAll) => setChosen(new Set(isAll ? choosable : []))}
          />
        </div>
      )}
      {byDay(deletions).map((ofDay) => (
        <section key={startOfDay(ofDay[0]!.deletedAt)} className="flex flex-col gap-2">
          <h2 className="px-4 text-xs font-medium text-muted">
            {formatDayOf(ofDay[0]!.deletedAt, now)}
          </h2>
          <ul className={table.frame}>
            {ofDay.map((deletion) => (
              <DeletionRow
                key={deletion.id}
                deletion={deletion}
                isOpen={deletion.id === openId}
                onToggle={() => onToggle(deletion.id)}
                isSelected={chosen.has(deletion.id)}
                onSelect={(isChosen) => choose(deletion.id, isChosen)}
                onRestore={restore}
                onPurged={() => onLeave([deletion.id])}
                isRefused={refused.has(deletion.id)}
              />
            ))}
          </ul>
        </section>
      ))}
      {selected.length > 0 && (
        <BulkBar
          count={selected.length}
          onClear={() => setChosen(new Set())}
          onRestore={() => void restore(selected).then(() => setChosen(new Set()))}
        />
      )}
    </>
  );
}

function byDay(deletions: Deletion[]): Deletion[][] {
  const days = new Map<number, Deletion[]>();
  for (const deletion of deletions) {
    const day = startOfDay(deletion.deletedAt);
    days.set(day, [...(days.get(day) ?? []), deletion]);
  }
  return [...days.values()];
}
