import type { Change } from "convex-platform";
import { Fragment, useState } from "react";
import { Button } from "../ui/Button";
import { isLongText, WordsBefore, WordsAfter } from "./ChangedWords";

/** Rows shown at first; an update of fifty lines changes hundreds of fields. */
const FEW = 6;

/** Before and after, field by field. */
export function ChangeTable({ changes }: { changes: Change[] }) {
  const [showsAll, setShowsAll] = useState(false);
  const isLong = changes.length > FEW + 1;
  const shown = isLong && !showsAll ? changes.slice(0, FEW) : changes;
  return (
    <>
      <table className="mono w-full table-fixed border-collapse text-left">
        <thead className="font-sans text-xs text-muted">
          <tr className="border-b border-line">
            <th className="w-[32%] py-1.5 pr-3 font-medium">Field</th>
            <th className="py-1.5 pr-3 font-medium">Before</th>
            <th className="py-1.5 font-medium">After</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ path, before, after, cut }) => (
            <tr key={path} className="border-b border-line align-baseline last:border-b-0">
              <th scope="row" className="py-2 pr-3 font-normal break-words">
                <Path path={path} />
                {cut && <span className="block font-sans text-xs text-muted">shortened</span>}
              </th>
              <td className="py-2 pr-3 break-words">
                {isLongText(before) && isLongText(after) ? (
                  <WordsBefore before={before} after={after} />
                ) : (
                  <ChangedValue value={before} className="text-removed" />
                )}
              </td>
              <td className="py-2 break-words">
                {isLongText(before) && isLongText(after) ? (
                  <WordsAfter before={before} after={after} />
                ) : (
                  <ChangedValue value={after} className="text-added" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isLong && (
        <div className="-ml-3">
          <Button variant="ghost" onPress={() => setShowsAll(!showsAll)}>
            {showsAll ? "Show fewer fields" : `Show all ${changes.length} fields`}
          </Button>
        </div>
      )}
    </>
  );
}

/** Breaks after its dots before it breaks within a name. */
function Path({ path }: { path: string }) {
  return path.split(".").map((name, i) => (
    <Fragment key={i}>
      {i > 0 && (
        <>
          .<wbr />
        </>
      )}
      {name}
    </Fragment>
  ));
}

function ChangedValue({ value, className }: { value: Change["before"]; className: string }) {
  if (value === undefined) return <span className="text-muted">not set</span>;
  return <span className={className}>{asText(value)}</span>;
}

/** As JSON, where JSON has a word for it. */
function asText(value: NonNullable<Change["before"]> | null): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof ArrayBuffer) return `${value.byteLength} bytes`;
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint" ? String(inner) : inner,
  );
}
