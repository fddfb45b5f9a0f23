import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import { guardedBuilders } from "../../src/client/guards/functions.js";
import { isPlatformError } from "../../src/shared/errors.js";
import { defineRoles } from "../../src/shared/permissions.js";
import {
  aGuardedHost,
  aPerson,
  generated,
  guardOptions,
  host,
  type DataModel,
  type Host,
} from "./guardedHost.js";

/** Every kind of caller, every action, every state of a row: what is declared here, and nothing else. */

const ACTIONS = [
  "create",
  "read",
  "list",
  "update",
  "delete",
  "restore",
  "readAudit",
  "exportAudit",
  "setRole",
  "cancelJob",
  "retryJob",
  "fileUrl",
] as const;
type Action = (typeof ACTIONS)[number];

const roles = defineRoles(
  {
    member: {
      can: ["i.create", "i.read", "i.list", "i.update", "i.delete", "i.restore", "i.fileUrl"],
    },
    auditor: { can: ["i.readAudit", "i.exportAudit", "i.list"] },
    operator: { extends: ["auditor"], can: ["i.cancelJob", "i.retryJob"] },
    admin: { can: ["*"] },
  },
  { permissions: ACTIONS.map((action) => `i.${action}` as const) },
);

/** By hand: the marks are the actions in the order above. */
const MAY: Record<string, string> = {
  //         c r l u d r a x s c t f
  anonymous: "- - - - - - - - - - - -",
  unsynced: "- - - - - - - - - - - -",
  noRole: "- - - - - - - - - - - -",
  unknownRole: "- - - - - - - - - - - -",
  owner: "x x x x x x - - - - - x",
  notOwner: "x x x x x x - - - - - x",
  auditor: "- - x - - - x x - - - -",
  operator: "- - x - - - x x - x x -",
  admin: "x x x x x x x x x x x x",
  suspended: "- - - - - - - - - - - -",
  deleted: "- - - - - - - - - - - -",
  system: "x x x x x x x x x x x x",
};
/** Actions on one row: on a live one, or, to restore it, on one in the trash. */
const ON_ROW: readonly Action[] = ["read", "update", "delete", "restore", "fileUrl"];
/** These may have every row, others their own: `owner` owns all rows but the foreign one. */
const HAVE_ALL = ["admin", "system"];

const STATES = ["active", "trashed", "foreign", "missing"] as const;
type State = (typeof STATES)[number];

function expected(actor: string, action: Action, state: State): string {
  const mark = MAY[actor]!.split(" ")[ACTIONS.indexOf(action)];
  if (mark === "-") return actor === "anonymous" ? "UNAUTHENTICATED" : "FORBIDDEN";
  if (!ON_ROW.includes(action)) return "ok";
  const isThere = action === "restore" ? state === "trashed" : /active|foreign/.test(state);
  const isTheirs = HAVE_ALL.includes(actor) || (actor === "owner" && state !== "foreign");
  return isThere && isTheirs ? "ok" : "NOT_FOUND";
}

const guards = guardedBuilders<
  DataModel,
  {
    permission: (typeof roles.permissions)[number];
    limit: never;
    protectedField: never;
    stamping: unknown;
    actions: Record<string, object>;
  }
>(generated, { ...guardOptions, roles: roles as never });

/** One function for each action, all of one shape; internal ones for the system. */
const functions = Object.fromEntries(
  ACTIONS.flatMap((action) => {
    const definition: Parameters<typeof guards.mutation>[0] = {
      args: { id: v.string() },
      permission: `i.${action}`,
      ...(ON_ROW.includes(action) && {
        access: (ctx, { id }) =>
          ctx.load(
            "invoices",
            id as string,
            ({ ownerId }) =>
              ownerId === ctx.actor.id ||
              ctx.actor.type === "system" ||
              ctx.profile!.grants.some(({ role }) => role === "admin"),
            { scope: action === "restore" ? "trashed" : "live" },
          ),
      }),
      handler: async () => "ok",
    };
    return [
      [action, guards.mutation(definition)],
      [`system_${action}`, guards.internalMutation(definition)],
    ];
  }),
);

/** A host with a row in every state. */
async function aHostWithRows() {
  const t = aGuardedHost(functions);
  const person = (name: string, role?: string, status?: "suspended" | "deleted") =>
    t.withIdentity(aPerson(name, { ...(role && { role }), ...(status && { status }) }));
  const callers: Record<string, Pick<Host, "mutation">> = {
    anonymous: t,
    unsynced: t.withIdentity({ tokenIdentifier: "https://id.example|never-seen" }),
    noRole: person("noRole"),
    unknownRole: person("unknownRole", "toString"),
    owner: person("owner", "member"),
    notOwner: person("notOwner", "member"),
    auditor: person("auditor", "auditor"),
    operator: person("operator", "operator"),
    admin: person("admin", "admin"),
    suspended: person("suspended", "admin", "suspended"),
    deleted: person("deleted", "admin", "deleted"),
    system: t,
  };
  const ids = await t.run(async (ctx) => {
    const row = { title: "Lamp", ownerId: "https://id.example|owner" };
    const missing = await ctx.db.insert("invoices", row);
    await ctx.db.delete(missing);
    return {
      active: await ctx.db.insert("invoices", row),
      trashed: await ctx.db.insert("invoices", { ...row, deletedAt: 1 }),
      foreign: await ctx.db.insert("invoices", { ...row, ownerId: "somebody" }),
      missing,
    };
  });
  return { callers, ids };
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    return (await call) as string;
  } catch (error) {
    if (isPlatformError(error)) return error.data.code;
    throw error;
  }
}

const cells = Object.keys(MAY).flatMap((actor) =>
  ACTIONS.flatMap((action) => STATES.map((state) => ({ actor, action, state }))),
);

describe("the permission matrix", () => {
  test("has a no in two fifths of its cells and more", () => {
    const refusals = cells.filter((cell) => expected(cell.actor, cell.action, cell.state) !== "ok");
    expect(refusals.length / cells.length).toBeGreaterThan(0.4);
  });

  test("is in every cell as declared", async () => {
    const { callers, ids } = await aHostWithRows();
    for (const { actor, action, state } of cells) {
      const name = actor === "system" ? `system_${action}` : action;
      const call = callers[actor]!.mutation(host("mutation", name), { id: ids[state] });
      const cell = `${actor} ${action} ${state}: `;
      expect(cell + (await outcomeOf(call))).toBe(cell + expected(actor, action, state));
    }
  });
});
