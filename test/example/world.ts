import { register } from "convex-platform/test";
import { convexTest } from "convex-test";
import type { FunctionReturnType, PaginationResult } from "convex/server";
import { api, internal } from "../../example/convex/_generated/api";
import { ISSUER, PEOPLE, tokenIdentifierOf, type Person } from "../../example/convex/people";
import schema, { type InvoiceInput } from "../../example/convex/schema";

const modules = import.meta.glob("../../example/convex/**/*.*s");

/** The desk as a deployment would run it, and as each of its people sees it. */
export async function aDesk() {
  const t = convexTest({ schema, modules, transactionLimits: true });
  register(t);
  await t.mutation(internal.seed.invite, {});
  const [ada, ben, chloe] = PEOPLE.map((person) => t.withIdentity(identityOf(person)));
  return { t, ada: ada!, ben: ben!, chloe: chloe! };
}

export type Desk = Awaited<ReturnType<typeof aDesk>>["ada"];

/** An invoice as somebody types it; names only what matters to a test. */
export function anInvoice(fields: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    customer: "Café Zwölf",
    title: "Winter menu",
    currency: "EUR",
    dueOn: "2026-12-01",
    lines: [{ description: "Menu", quantity: 2, unitCents: 4_800 }],
    ...fields,
  };
}

type Entry = FunctionReturnType<typeof api.auditLogs.list>["page"][number];

/** All entries about invoices and their lines, the newest first; how people came in is not among them. */
export async function entries(desk: Desk): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor: string | null = null;
  do {
    const paginationOpts: { numItems: number; cursor: string | null } = { numItems: 100, cursor };
    const page: PaginationResult<Entry> = await desk.query(api.auditLogs.list, { paginationOpts });
    all.push(...page.page);
    cursor = page.isDone ? null : page.continueCursor;
  } while (cursor !== null);
  return all.filter(({ target }) => target.table === "invoices");
}

/** What happened to invoices, the newest first; what happened to their lines is left out. */
export async function actions(desk: Desk): Promise<string[]> {
  return (await entries(desk))
    .map(({ action }) => action)
    .filter((action) => action.startsWith("invoices."));
}

/** {@link entries} about lines. */
export async function lineEntries(desk: Desk): Promise<Entry[]> {
  return (await entries(desk)).filter(({ action }) => action.startsWith("lineItems."));
}

/** What is in the trash, the latest first. */
export async function trashOf(desk: Pick<Desk, "query">) {
  const paginationOpts = { numItems: 100, cursor: null };
  return (await desk.query(api.trash.list, { paginationOpts })).page;
}

export function manyLines(count: number): InvoiceInput["lines"] {
  return Array.from({ length: count }, (_, i) => ({
    description: `Line ${i}`,
    quantity: 1,
    unitCents: 100,
  }));
}

export async function invoicesOf(desk: Pick<Desk, "query">) {
  return (await listPage(desk, { numItems: 100, cursor: null })).page;
}

export async function listPage(
  desk: Pick<Desk, "query">,
  paginationOpts: { numItems: number; cursor: string | null },
) {
  return await desk.query(api.invoices.list, { paginationOpts });
}

function identityOf({ subject, name, email }: Person) {
  const tokenIdentifier = tokenIdentifierOf({ subject });
  return { subject, issuer: ISSUER, tokenIdentifier, name, email };
}
