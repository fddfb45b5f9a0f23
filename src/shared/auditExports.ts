import { v, type Infer } from "convex/values";
import { vActor, vEntryFilter, type EntryFilter } from "./auditLogs.js";
import { checkFilter } from "./auditRules.js";
import type { FieldErrors } from "./errors.js";

/** Reading out the audit log into a file: what an export is, and how large it may be. */

// --- Shapes ----------------------------------------------------------------------------------

/** `ndjson` loses nothing and is for programs; `csv` is for people with a spreadsheet. */
export const vExportFormat = v.union(v.literal("ndjson"), v.literal("csv"));
export type ExportFormat = Infer<typeof vExportFormat>;

/** Why there is no file. */
export const vExportError = v.object({
  /** The export is larger than one may be; or its work was lost again and again. */
  code: v.union(v.literal("LIMIT_EXCEEDED"), v.literal("INTERRUPTED")),
  /** Tells a person what to do. */
  message: v.string(),
});
export type ExportError = Infer<typeof vExportError>;

/** What every export has, whatever its stage. */
const begun = {
  format: vExportFormat,
  /** Which entries: by the same rules as a list. */
  filter: vEntryFilter,
  /** Entries written so far. */
  processed: v.number(),
  /** Bytes written so far. */
  bytes: v.number(),
  /** Milliseconds since 1970. Entries that commit later are not in the file. */
  startedAt: v.number(),
};
const ended = { ...begun, finishedAt: v.number() };

const running = { ...begun, status: v.literal("running") };
const completed = { ...ended, status: v.literal("completed") };
const failed = { ...ended, status: v.literal("failed"), error: vExportError };
const expired = { ...ended, status: v.literal("expired"), expiresAt: v.number() };
const cancelled = { ...ended, status: v.literal("cancelled") };

/** An export as it is read. */
export const vExport = v.union(
  v.object({ id: v.string(), ...running }),
  v.object({
    id: v.string(),
    ...completed,
    /** When the file is deleted. */
    expiresAt: v.number(),
    /** Whoever has it can download the file, until it expires. Only `get` gives it. */
    url: v.optional(v.string()),
  }),
  v.object({ id: v.string(), ...failed }),
  v.object({ id: v.string(), ...expired }),
  v.object({ id: v.string(), ...cancelled }),
);
export type Export = Infer<typeof vExport>;

/** What an export does next: read on behind an entry (`null`: from the first), or join its parts. */
export const vExportStep = v.union(
  v.object({
    kind: v.literal("read"),
    after: v.union(v.object({ key: v.int64(), creationTime: v.number() }), v.null()),
  }),
  v.object({ kind: v.literal("join") }),
);
export type ExportStep = Infer<typeof vExportStep>;

const vRunningExport = v.object({
  ...running,
  /** Who asked for it: the entry that tells of its end names them too. */
  startedBy: v.optional(vActor),
  /** Entries that commit later are not in the file. */
  through: v.int64(),
  expiresInMs: v.number(),
  /** Files with what was read so far, in order. */
  parts: v.array(v.id("_storage")),
  next: vExportStep,
  /** The job that works on it; what comes from another one is too late. */
  jobId: v.string(),
});
export type RunningExport = Infer<typeof vRunningExport>;

/** An export as it is stored. */
export const vStoredExport = v.union(
  vRunningExport,
  v.object({
    ...completed,
    file: v.id("_storage"),
    /** When the file expires. */
    wakeAt: v.number(),
  }),
  v.object(failed),
  v.object(expired),
  v.object(cancelled),
);

/** Which exports a list shows. */
export const vExportFilter = v.object({
  /** Exports of one tenant's entries. Absent: of the entries recorded without a tenant. */
  tenantId: v.optional(v.string()),
  /** Every export, those of all tenants' entries included. For the host's own operators. */
  allTenants: v.optional(v.literal(true)),
});
export type ExportFilter = Infer<typeof vExportFilter>;

// --- Limits ----------------------------------------------------------------------------------

/** Entries of one export. */
export const MAX_EXPORT_ENTRIES = 100_000;
/**
 * Bytes of its file: half of the 64 MiB an action has. Convex streams the parts when it joins them,
 * but says so nowhere; even if it held them all, they would fit.
 */
export const MAX_EXPORT_BYTES = 32 * 1024 * 1024;
/** Exports under way at once. */
export const MAX_RUNNING_EXPORTS = 10;

const HOUR_MS = 3_600_000;
export const DEFAULT_EXPIRES_IN_MS = 24 * HOUR_MS;
export const MIN_EXPIRES_IN_MS = 60_000;
/** A file holds what may have to be erased from the log, so it must not outlive its use. */
export const MAX_EXPIRES_IN_MS = 7 * 24 * HOUR_MS;

/** What is wrong with an export that is asked for, by path; `{}` when nothing is. */
export function checkExport(filter: EntryFilter, expiresInMs: number): FieldErrors {
  const isLifetime = expiresInMs >= MIN_EXPIRES_IN_MS && expiresInMs <= MAX_EXPIRES_IN_MS;
  return { ...checkFilter(filter), ...(!isLifetime && { expiresInMs: NOT_A_LIFETIME }) };
}

const NOT_A_LIFETIME = {
  code: "out_of_range",
  message: "Use one minute to seven days, in milliseconds.",
  params: { min: MIN_EXPIRES_IN_MS, max: MAX_EXPIRES_IN_MS },
};

/** Why an export of this size ends without a file; `null` when it may go on. */
export function findExcess(size: { processed: number; bytes: number }): ExportError | null {
  const isExcess = size.processed > MAX_EXPORT_ENTRIES || size.bytes > MAX_EXPORT_BYTES;
  return isExcess ? TOO_LARGE : null;
}

const TOO_LARGE: ExportError = {
  code: "LIMIT_EXCEEDED",
  message: `An export has at most ${MAX_EXPORT_ENTRIES} entries and ${MAX_EXPORT_BYTES / 1024 / 1024} MiB. Export a shorter time range, or several.`,
};
