import type { Value } from "convex/values";
import type { ExportFormat } from "./auditExports.js";
import type { AuditEntry } from "./auditLogs.js";
import { canonicalJson } from "./canonical.js";
import { csvLine } from "./csv.js";

/** What the file of an export says. */

/** What people call an export. */
export const LABELS: Record<ExportFormat, string> = {
  ndjson: "Audit log as NDJSON",
  csv: "Audit log as CSV",
};

/** What the file says it is. */
export const CONTENT_TYPES: Record<ExportFormat, string> = {
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
};

/**
 * What a file begins with. For CSV a byte order mark, without which Excel takes UTF-8 for something
 * else, and the names of the columns.
 */
export function fileStart(format: ExportFormat): string {
  return format === "ndjson" ? "" : `\ufeff${csvLine(COLUMNS.map(([name]) => name))}`;
}

/** The line of an entry, with its line break. */
export function entryLine(format: ExportFormat, entry: AuditEntry): string {
  return format === "ndjson"
    ? `${oneLineJson(entry)}\n`
    : csvLine(COLUMNS.map(([, cell]) => cell(entry) ?? ""));
}

/** A cell for each value; lists and objects as JSON, as in NDJSON. Empty where there is none. */
const COLUMNS: [name: string, cell: (entry: AuditEntry) => string | undefined][] = [
  ["at", ({ at }) => new Date(at).toISOString()],
  ["action", ({ action }) => action],
  ["outcome", ({ outcome }) => outcome],
  ["actor.type", ({ actor }) => actor.type],
  ["actor.id", ({ actor }) => actor.id],
  ["actor.label", ({ actor }) => actor.label],
  ["target.table", ({ target }) => target.table],
  ["target.id", ({ target }) => target.id],
  ["target.label", ({ target }) => target.label],
  ["tenantId", ({ tenantId }) => tenantId],
  ["reason", ({ reason }) => reason],
  ["changes", ({ changes }) => oneLineJson(changes)],
  ["changesCut", ({ changesCut }) => changesCut?.toString()],
  ["metadata", ({ metadata }) => metadata && oneLineJson(metadata)],
  ["related", ({ related }) => oneLineJson(related)],
  ["operationId", ({ operationId }) => operationId],
  ["jobId", ({ jobId }) => jobId],
  ["version", ({ version }) => version?.toString()],
  ["personal", ({ personal }) => personal && oneLineJson(personal)],
  ["request.id", ({ request }) => request.id],
  ["request.functionName", ({ request }) => request.functionName],
  ["request.scheduledFunctionId", ({ request }) => request.scheduledFunctionId],
  ["request.ip", ({ request }) => request.ip],
  ["request.userAgent", ({ request }) => request.userAgent],
  ["id", ({ id }) => id],
  ["commitTs", ({ commitTs }) => commitTs.toString()],
];

/**
 * The value as `jsonToConvex(JSON.parse(line))` gives it back: int64, bytes, NaN and -0 included.
 *
 * JSON leaves some characters alone at which other programs end a line, or which turn the direction
 * of a text. They only occur in texts, so their escapes say the same.
 */
function oneLineJson(value: Value): string {
  return canonicalJson(value).replace(
    /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
