import { convexTest } from "convex-test";
import { componentsGeneric } from "convex/server";
import { register } from "../src/test.js";
import { Platform } from "../src/client/index.js";
import type { ComponentApi } from "../src/component/_generated/component.js";
import schema from "../src/component/schema.js";
import type { Actor, Caller, NewEntry } from "../src/shared/auditLogs.js";

export const NOON = Date.UTC(2026, 0, 15, 12);

export const ann: Actor = { type: "user", id: "https://id.example|ann", label: "Ann" };
export const ben: Actor = { type: "user", id: "https://id.example|ben", label: "Ben" };

export function aCaller(parts: Partial<Caller> = {}): Caller {
  return { actor: ann, functionName: "invoices:send", ip: "truncated", ...parts };
}

export function anEntry(parts: Partial<NewEntry> = {}): NewEntry {
  return {
    action: "invoices.sent",
    outcome: "success",
    target: { table: "invoices", id: "inv1" },
    related: [],
    changes: [],
    ...parts,
  };
}

/** The component alone, as the root: its functions are called as its client calls them. */
export function aComponent() {
  return convexTest({
    schema,
    modules: import.meta.glob("../src/component/**/*.ts"),
    transactionLimits: true,
  });
}

/** A host without functions of its own, with the component mounted; tests run inline handlers. */
export function aHost() {
  const t = convexTest({
    modules: { "./_generated/api.js": async () => ({}) },
    transactionLimits: true,
  });
  register(t);
  return t;
}

export const component = componentsGeneric().platform as unknown as ComponentApi;

export function aPlatform() {
  return new Platform(component);
}
