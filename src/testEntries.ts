import type { TestConvex } from "convex-test";
import {
  componentsGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
import { compareValues, type Value } from "convex/values";
import type { ComponentApi } from "./component/_generated/component.js";
import type { AuditEntry } from "./shared/auditLogs.js";
import { isFields } from "./shared/fields.js";
import { MAX_PAGE_SIZE } from "./shared/pages.js";

/** Some of what an entry has to be; of objects again some fields, of lists all items. */
export type ExpectedEntry = Expected<AuditEntry>;
type Expected<Part> = Part extends object
  ? Part extends readonly (infer Item)[]
    ? Expected<Item>[]
    : { [Field in keyof Part]?: Expected<Part[Field]> }
  : Part;

/**
 * The newest entry that is like `expected`.
 *
 * @throws when there is none; the error lists what the log has instead
 *
 * @example
 * await ada.mutation(api.invoices.send, { id });
 * await expectAudit(t, { action: "invoices.sent", target: { id }, actor: { label: "Ada" } });
 */
export async function expectAudit(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  expected: ExpectedEntry,
  { name = "platform" }: { name?: string } = {},
): Promise<AuditEntry> {
  const entries = await t.run((ctx) => readEntries(ctx as unknown as Ctx, name));
  const found = entries.find((entry) => isLike(entry as Value, expected as Value));
  if (found) return found;
  const told = entries.slice(0, MAX_LISTED).map(describe);
  const instead = told.length === 0 ? "The log is empty." : `The newest first:\n${told.join("\n")}`;
  throw new Error(`No entry is like ${JSON.stringify(expected)}. ${instead}`);
}

/** Enough to see what is wrong. */
const MAX_LISTED = 20;

function describe({ action, outcome, actor, target, changes }: AuditEntry): string {
  const paths = changes.map(({ path }) => path).join(", ");
  const who = actor.label ?? actor.id;
  return `- ${action} (${outcome}) by ${who} on ${target.table} ${target.label ?? target.id}: ${paths}`;
}

function isLike(value: Value | undefined, expected: Value | undefined): boolean {
  if (Array.isArray(expected)) {
    const isList = Array.isArray(value) && value.length === expected.length;
    return isList && expected.every((item, i) => isLike(value[i], item));
  }
  if (!isFields(expected)) return compareValues(value, expected) === 0;
  return (
    isFields(value) &&
    Object.entries(expected).every(([field, below]) => isLike(value[field], below))
  );
}

type Ctx = GenericMutationCtx<GenericDataModel>;

/** All entries of all tenants, the newest first. */
export async function readEntries(ctx: Ctx, name: string): Promise<AuditEntry[]> {
  const { auditLogs } = componentsGeneric()[name] as unknown as ComponentApi;
  const entries: AuditEntry[] = [];
  for (let cursor: string | null = null; ;) {
    const result: { page: AuditEntry[]; isDone: boolean; continueCursor: string } =
      await ctx.runQuery(auditLogs.list, {
        filter: { allTenants: true },
        paginationOpts: { numItems: MAX_PAGE_SIZE, cursor },
      });
    entries.push(...result.page);
    if (result.isDone) return entries;
    cursor = result.continueCursor;
  }
}
