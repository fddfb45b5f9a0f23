import type { Permission } from "../../convex/roles";
import { LOCALE } from "../format";

/** What follows "may": what a permission means at this desk. */
const WORDS: Partial<Record<Permission, string>> = {
  "invoices.read": "see invoices",
  "invoices.create": "write new invoices",
  "invoices.update": "edit drafts",
  "invoices.send": "send invoices",
  "invoices.pay": "mark invoices as paid",
  "invoices.void": "void invoices",
  "invoices.remove": "delete invoices",
  "auditLogs.read": "read the audit log",
  "auditLogs.export": "export the audit log",
  "auditLogs.seal": "seal the audit log",
  "auditLogs.verify": "verify the audit log",
  "auditLogs.prune": "prune the audit log",
  "auditLogs.flood": "flood the audit log",
  "trash.read": "see the trash",
  "trash.restore": "restore what was deleted",
  "trash.hold": "keep deletions from being purged",
  "trash.purge": "purge deletions for good",
  "jobs.read": "see jobs",
  "jobs.enqueue": "start jobs",
  "jobs.cancel": "cancel jobs",
  "jobs.retry": "try jobs again",
  "jobs.redrive": "try all failed jobs again",
  "jobs.pause": "pause a queue",
  "userProfiles.read": "see people",
  "userProfiles.update": "rename people",
  "userProfiles.setRoles": "give out roles",
  "userProfiles.suspend": "suspend people",
  "userProfiles.remove": "remove people",
  "userProfiles.invite": "invite people",
};

const TABLES: Record<string, string> = {
  invoices: "Invoices",
  auditLogs: "Audit log",
  trash: "Trash",
  jobs: "Jobs",
  userProfiles: "People",
};

/** "void invoices"; a permission nobody has found words for yet speaks for itself. */
export function wordsOf(permission: Permission): string {
  const [table = "", verb = ""] = permission.split(".");
  return WORDS[permission] ?? `${spaced(verb)} ${spaced(table)}`;
}

export function tableName(table: string): string {
  const words = spaced(table);
  return TABLES[table] ?? words[0]?.toUpperCase() + words.slice(1);
}

/** "viewer, editor and admin" */
export function listed(names: readonly string[], conjunction: "and" | "or" = "and"): string {
  const type = conjunction === "and" ? "conjunction" : "disjunction";
  return new Intl.ListFormat(LOCALE, { type }).format(names);
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
