import { ConvexHttpClient } from "convex/browser";
import { inject } from "vitest";
import { api } from "../../example/convex/_generated/api";
import type { InvoiceInput } from "../../example/convex/schema";

/** What the demo serves, without a screen; a stranger's unless somebody is named. */
export async function aClient(
  subject?: "ada" | "ben" | "chloe",
  demoUrl: string = inject("demoUrl"),
): Promise<ConvexHttpClient> {
  const client = new ConvexHttpClient(`${demoUrl}/embedded-convex`, { logger: false });
  if (subject === undefined) return client;
  const response = await fetch(`${demoUrl}/demo/token?subject=${subject}`, { method: "POST" });
  client.setAuth(((await response.json()) as { token: string }).token);
  return client;
}

/** An invoice as somebody types it; names only what matters to a test. */
export function anInvoice(fields: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    customer: "Kiosk am Kanal",
    title: "Newspaper stand",
    currency: "EUR",
    dueOn: "2027-02-01",
    lines: [{ description: "Drawing", quantity: 1, unitCents: 12_000 }],
    ...fields,
  };
}

/** Where an invoice of the seed is; on the list, those of other tests may have pushed it away. */
export async function addressOf(number: string): Promise<string> {
  const ada = await aClient("ada");
  return `/invoices/${await ada.query(api.invoices.findByNumber, { number })}`;
}

/** All ids of the log that a filter selects, the newest first. */
export async function allIds(
  client: ConvexHttpClient,
  filter: { action?: string; actorId?: string } = {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const paginationOpts = { numItems: 200, cursor };
    const listed: { page: { id: string }[]; isDone: boolean; continueCursor: string } =
      await client.query(api.auditLogs.list, { ...filter, paginationOpts });
    ids.push(...listed.page.map(({ id }) => id));
    cursor = listed.isDone ? null : listed.continueCursor;
  } while (cursor !== null);
  return ids;
}
