import schema from "../../src/component/schema.js";
import type { NewEntry } from "../../src/shared/auditLogs.js";
import { aCaller } from "../factories.js";
import type { TestComponent } from "./sealedLog.js";

/** Somebody whose every value can be told from all others. */
export const eve = { type: "user" as const, id: "eve-4711", label: "Eve Adams" };
export const evesTraces = [
  "eve-4711",
  "Eve Adams",
  "198.51.100.77",
  "EveBrowser",
  "eve@private.example",
];
export const byEve = aCaller({ actor: eve, ip: "full" });
export const fromEve = { ip: "198.51.100.77", userAgent: "EveBrowser/1.0" };

/** An entry on Eve, with her values wherever they are declared. */
export const aboutEve: Partial<NewEntry> = {
  action: "people.updated",
  target: { table: "people", id: eve.id, label: eve.label },
  changes: [
    { path: "email", before: "eve@private.example", after: "new-eve@private.example" },
    { path: "address", before: { city: "Bern", mail: ["eve@private.example"] } },
    { path: "plan", before: "free", after: "paid" },
  ],
  metadata: { contact: { email: "eve@private.example" }, plan: "paid" },
  reason: "Eve Adams asked for it",
  personal: ["changes.email", "changes.address.mail", "metadata.contact"],
};

/** Where in the component any of these texts stand. */
export async function findTraces(t: TestComponent, traces: string[]): Promise<string[]> {
  return await t.run(async (ctx) => {
    const found: string[] = [];
    for (const table of Object.keys(schema.tables) as (keyof typeof schema.tables)[]) {
      for (const row of await ctx.db.query(table).take(10_000)) {
        const text = JSON.stringify(row, showAll);
        found.push(...traces.filter((trace) => text.includes(trace)).map((t) => `${table}: ${t}`));
      }
    }
    return found;
  });
}

/** Bytes as text, too. */
export function showAll(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value;
}
