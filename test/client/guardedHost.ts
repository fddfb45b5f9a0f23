import { convexTest } from "convex-test";
import {
  actionGeneric,
  defineSchema,
  defineTable,
  internalActionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
  type DataModelFromSchemaDefinition,
} from "convex/server";
import { v, type Value } from "convex/values";
import type { Stamping } from "../../src/client/guards/contexts.js";
import { guardedBuilders, type Builders } from "../../src/client/guards/functions.js";
import type { GuardOptions } from "../../src/client/guards/options.js";
import { RateLimits } from "../../src/client/rateLimits.js";
import { readTrashTables, type Schema } from "../../src/client/tableChecks.js";
import { defineRoles, type Grant } from "../../src/shared/permissions.js";
import type { Profile, ProfileStatus } from "../../src/shared/userProfiles.js";
import { register } from "../../src/test.js";
import { component, NOON } from "../factories.js";

/** A host with tables of every kind, and people with every role. */

const vStamps = {
  createdAt: v.number(),
  createdBy: v.string(),
  updatedAt: v.number(),
  updatedBy: v.string(),
};

export const schema = defineSchema({
  // Registered, and its rows go to the trash.
  invoices: defineTable({
    title: v.string(),
    ownerId: v.string(),
    amount: v.optional(v.number()),
    bankAccount: v.optional(v.string()),
    cache: v.optional(v.any()),
    extra: v.optional(v.any()),
    status: v.optional(v.string()),
    deletedAt: v.optional(v.number()),
  }).index("by_status", ["status", "deletedAt"]),
  // Registered, deleted for good, stamped.
  notes: defineTable({ text: v.string(), seenAt: v.optional(v.commitTs()), ...vStamps }),
  // Registered, stamped since some time.
  memos: defineTable({
    text: v.string(),
    createdAt: v.optional(v.number()),
    createdBy: v.optional(v.string()),
    updatedAt: v.optional(v.number()),
    updatedBy: v.optional(v.string()),
  }),
  // Nobody has told the platform.
  scratch: defineTable({ text: v.string() }),
});
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;

export const roles = defineRoles(
  {
    viewer: { can: ["*.read"] },
    editor: { extends: ["viewer"], can: ["invoices.create", "invoices.update", "notes.*"] },
    admin: { can: ["*"] },
  },
  {
    permissions: [
      "invoices.read",
      "invoices.create",
      "invoices.update",
      "invoices.delete",
      "notes.read",
      "notes.write",
    ],
  },
);

export const MINUTE = 60_000;

const tables = {
  invoices: {
    label: "title",
    audit: { redact: ["bankAccount"], ignore: ["cache"] },
    protect: ["ownerId"],
    softDelete: {},
  },
  notes: { stamps: true },
  memos: { stamps: true },
};

const rateLimits = new RateLimits(component, {
  save: {
    kind: "token bucket",
    rate: 6,
    period: MINUTE,
    capacity: 2,
    byRole: { admin: { kind: "token bucket", rate: 600, period: MINUTE, capacity: 50 } },
  },
});

const people = new Map<string, Profile>();

/** Makes somebody known to the host; gives their identity. */
export function aPerson(
  name: string,
  {
    role,
    grants,
    status = "active",
  }: { role?: string; grants?: Grant[]; status?: ProfileStatus } = {},
) {
  const tokenIdentifier = `https://id.example|${name}`;
  people.set(tokenIdentifier, {
    id: `profile of ${name}`,
    grants: grants ?? (role === undefined ? [] : [{ role }]),
    identities: [{ tokenIdentifier, syncedAt: NOON }],
    status,
    createdAt: NOON,
    updatedAt: NOON,
  });
  return { tokenIdentifier, name };
}

export const generated = {
  query: queryGeneric,
  mutation: mutationGeneric,
  action: actionGeneric,
  internalQuery: internalQueryGeneric,
  internalMutation: internalMutationGeneric,
  internalAction: internalActionGeneric,
} as unknown as Builders<DataModel>;

export const guardOptions: GuardOptions = {
  component,
  roles: roles as never,
  tables,
  trash: readTrashTables(tables, schema as unknown as Schema),
  actions: undefined,
  ip: "truncated",
  rateLimits,
  findProfile: async (ctx) => {
    const identity = await ctx.auth.getUserIdentity();
    return people.get(identity!.tokenIdentifier) ?? null;
  },
};

export const guards = guardedBuilders<
  DataModel,
  {
    permission: (typeof roles.permissions)[number];
    limit: "save";
    protectedField: "ownerId" | "deletedAt";
    stamping: Stamping<DataModel, "notes">;
    actions: Record<string, object>;
  }
>(generated, guardOptions);

/** Opens a host with these functions. */
export function aGuardedHost(functions: Record<string, unknown>) {
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": async () => ({}),
      "./host.ts": async () => functions,
    },
    transactionLimits: true,
  });
  register(t);
  return t;
}

export type Host = ReturnType<typeof aGuardedHost>;

/** All entries, the oldest first. */
export async function entriesOf(t: Host) {
  const { page } = await t.run((ctx) =>
    ctx.runQuery(component.auditLogs.list, {
      filter: { allTenants: true, order: "asc" },
      paginationOpts: { numItems: 200, cursor: null },
    }),
  );
  return page;
}

/** What the log says happened: `invoices.updated title`. */
export async function storyOf(t: Host): Promise<string[]> {
  return (await entriesOf(t)).map(({ action, changes }) =>
    [action, ...changes.map(({ path }) => path)].join(" "),
  );
}

/** The reference of a function of this host. */
export function host<Kind extends "query" | "mutation" | "action">(_kind: Kind, name: string) {
  return makeFunctionReference<Kind, Record<string, Value>, unknown>(`host:${name}`);
}
