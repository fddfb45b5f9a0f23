import type { NewEntry } from "../shared/auditLogs.js";
import { MAX_LABEL_LENGTH } from "../shared/auditRules.js";
import { oneLine } from "../shared/errors.js";
import type { Fields } from "../shared/fields.js";
import type { RegisteredTables } from "./tables.js";

/** What entries about a row are about: the row itself, or the one that it is a part of. */
export type EntrySubject = Pick<NewEntry, "target"> & {
  /** The part, where the target is the whole. */
  related?: NonNullable<NewEntry["related"]>;
  /** The label of the part, where one may stand here. */
  metadata?: { label: string };
};

type Subject = { table: string; id: string; row: Fields | null };

/** @param wholeOf - the row with this id, where it is known without a read */
export function subjectOf(
  { table, id, row }: Subject,
  tables: RegisteredTables,
  wholeOf: (id: string) => Fields | null | undefined,
): EntrySubject {
  const { partOf, label: named, audit } = tables[table] ?? {};
  const label = labelOf(table, row, tables);
  const wholeId = partOf && row?.[partOf.field];
  if (!partOf || typeof wholeId !== "string") {
    return { target: { table, id, ...(label !== undefined && { label }) } };
  }
  const wholeLabel = labelOf(partOf.table, wholeOf(wholeId), tables);
  // Metadata cannot be erased with the person.
  const isPersonal = named !== undefined && audit?.personal?.includes(named);
  return {
    target: {
      table: partOf.table,
      id: wholeId,
      ...(wholeLabel !== undefined && { label: wholeLabel }),
    },
    related: [{ table, id }],
    ...(label !== undefined && !isPersonal && { metadata: { label } }),
  };
}

/** The name of a row to people; nothing where it is a secret. */
export function labelOf(
  table: string,
  row: Fields | null | undefined,
  tables: RegisteredTables,
): string | undefined {
  const { label, audit } = tables[table] ?? {};
  const isSecret = label === undefined || audit?.redact?.includes(label);
  const name = isSecret ? undefined : row?.[label];
  return typeof name === "string" ? oneLine(name, MAX_LABEL_LENGTH) : undefined;
}
