import { describe, expect, test } from "vitest";
import { defineRoles, type RoleMatrix } from "../../src/shared/permissions.js";

const NOON = Date.UTC(2026, 0, 15, 12);

const desk = defineRoles(
  {
    guest: { can: [] },
    viewer: { can: ["invoices.read", "invoices.list", "files.read"] },
    editor: { extends: ["viewer"], can: ["invoices.create", "invoices.update"] },
    manager: { extends: ["editor", "operator"], can: ["invoices.*"] },
    auditor: { can: ["*.read", "auditLogs.export"] },
    operator: { can: ["jobs.*"] },
    admin: { can: ["*"] },
  },
  {
    permissions: [
      "invoices.create",
      "invoices.read",
      "invoices.list",
      "invoices.update",
      "invoices.delete",
      "invoices.restore",
      "files.read",
      "auditLogs.read",
      "auditLogs.export",
      "jobs.cancel",
      "jobs.retry",
      "userProfiles.setRoles",
    ],
  },
);

/** As a host meets names that come from outside: from a database, an argument, a typo. */
const untyped: RoleMatrix = desk;

/** Which role may do what, in the order of `permissions` above. */
const DECLARED = {
  guest: "............",
  viewer: ".xx...x.....",
  editor: "xxxx..x.....",
  manager: "xxxxxxx..xx.",
  auditor: ".x....xxx...",
  operator: ".........xx.",
  admin: "xxxxxxxxxxxx",
};

const CELLS = Object.entries(DECLARED).flatMap(([role, row]) =>
  desk.permissions.map((permission, i) => ({ role, permission, allowed: row[i] === "x" })),
);

const FORBIDDEN = {
  data: {
    code: "FORBIDDEN",
    message: "You are not allowed to do this. Ask an administrator for access.",
  },
};

describe("the declared matrix", () => {
  test("has a cell for each role and permission, and at least 40 % of them deny", () => {
    expect(Object.keys(DECLARED)).toEqual(desk.roles);
    expect(new Set(Object.values(DECLARED).map((row) => row.length))).toEqual(new Set([12]));
    const denials = CELLS.filter(({ allowed }) => !allowed);
    expect(denials.length / CELLS.length).toBeGreaterThanOrEqual(0.4);
  });

  test.each(CELLS)("$role, $permission: $allowed", ({ role, permission, allowed }) => {
    const grants = [{ role }];
    expect(desk.can(grants, permission)).toBe(allowed);
    expect(desk.check(grants, permission).allowed).toBe(allowed);
    expect(desk.explain(grants, permission).allowed).toBe(allowed);
    const attempt = expect(() => desk.require(grants, permission));
    if (allowed) attempt.not.toThrow();
    else attempt.toThrowError(expect.objectContaining(FORBIDDEN));
  });

  test("is what matrix shows", () => {
    const shown = desk
      .matrix()
      .flatMap(({ role, cells }) =>
        cells.map(({ permission, allowed }) => ({ role, permission, allowed })),
      );
    expect(shown).toEqual(CELLS);
  });

  test.each(desk.roles)("is what permissionsOf lists for %s", (role) => {
    const allowed = CELLS.filter((cell) => cell.role === role && cell.allowed);
    expect(desk.permissionsOf(role)).toEqual(allowed.map(({ permission }) => permission));
  });
});

describe("can", () => {
  test("denies everything without a grant", () => {
    expect(desk.permissions.filter((permission) => desk.can([], permission))).toEqual([]);
  });

  test("adds up what several grants allow", () => {
    const grants = [{ role: "viewer" }, { role: "operator" }];
    const allowed = desk.permissions.filter((permission) => desk.can(grants, permission));
    expect(allowed).toEqual([
      ...["invoices.read", "invoices.list", "files.read"],
      ...["jobs.cancel", "jobs.retry"],
    ]);
  });

  test.each([
    ...["", "root", "Admin", "ADMIN", " admin", "admin ", "admin\u0000", "admin,viewer", "*"],
    ...["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"],
  ])("denies the unknown role %j", (role) => {
    expect(desk.permissions.filter((permission) => desk.can([{ role }], permission))).toEqual([]);
    expect(untyped.permissionsOf(role)).toEqual([]);
    expect(untyped.isRole(role)).toBe(false);
  });

  test.each([
    ...["", ".", "*", "invoices", "invoices.", ".read", "invoices.*", "*.read", "*.*"],
    ...["invoices.purge", "customers.read", "Invoices.read", "invoices.read ", "invoices.read.x"],
    ...["__proto__", "constructor", "toString", "__proto__.read", "invoices.constructor"],
  ])("denies the unknown permission %j, also to those who can everything", (permission) => {
    expect(untyped.can([{ role: "admin" }], permission)).toBe(false);
    expect(untyped.check([{ role: "admin" }], permission)).toEqual({
      allowed: false,
      reason: "UNKNOWN_PERMISSION",
    });
    expect(untyped.explain([{ role: "admin" }], permission)).toEqual({
      allowed: false,
      reason: "UNKNOWN_PERMISSION",
      grantedBy: [],
    });
    expect(untyped.isPermission(permission)).toBe(false);
  });
});

describe("a grant that expires", () => {
  const grants = [{ role: "viewer", expiresAt: NOON }];

  test("counts until the millisecond before", () => {
    expect(desk.can(grants, "invoices.read", { now: NOON - 1 })).toBe(true);
  });

  test.each([
    ["at that time", NOON],
    ["after it", NOON + 1],
    ["when nobody says how late it is", undefined],
    ["when the time is no number", NaN],
    ["at the end of time", Infinity],
  ])("counts for nothing %s", (_, now) => {
    expect(desk.check(grants, "invoices.read", { now })).toEqual({
      allowed: false,
      reason: "EXPIRED",
    });
  });

  test("counts for nothing when its end is no number", () => {
    expect(desk.can([{ role: "viewer", expiresAt: NaN }], "invoices.read", { now: 0 })).toBe(false);
  });

  test("takes nothing from one that lasts", () => {
    const both = [...grants, { role: "editor" }];
    expect(desk.can(both, "invoices.read", { now: NOON })).toBe(true);
  });
});

describe("a grant for one tenant", () => {
  const grants = [{ role: "viewer", tenantId: "acme" }];

  test("counts there", () => {
    expect(desk.can(grants, "invoices.read", { tenantId: "acme" })).toBe(true);
  });

  test.each(["other", "ACME", "acme ", "", undefined])(
    "counts for nothing where the tenant is %j",
    (tenantId) => {
      expect(desk.check(grants, "invoices.read", { tenantId })).toEqual({
        allowed: false,
        reason: "OTHER_TENANT",
      });
    },
  );

  test("with an empty id is still one for a tenant", () => {
    const empty = [{ role: "viewer", tenantId: "" }];
    expect(desk.can(empty, "invoices.read")).toBe(false);
    expect(desk.can(empty, "invoices.read", { tenantId: "acme" })).toBe(false);
  });

  test("differs from one for none, which counts in all", () => {
    expect(desk.can([{ role: "viewer" }], "invoices.read", { tenantId: "acme" })).toBe(true);
  });

  test("lends no role to a grant for another", () => {
    const mixed = [
      { role: "admin", tenantId: "acme" },
      { role: "viewer", tenantId: "other" },
    ];
    expect(desk.can(mixed, "invoices.delete", { tenantId: "other" })).toBe(false);
    expect(desk.can(mixed, "invoices.delete", { tenantId: "acme" })).toBe(true);
  });
});

describe("check", () => {
  test.each([
    ["by its own name", "viewer", "invoices.read", { pattern: "invoices.read" }],
    ["by its table", "operator", "jobs.retry", { pattern: "jobs.*" }],
    ["by its verb", "auditor", "files.read", { pattern: "*.read" }],
    ["by everything", "admin", "files.read", { pattern: "*" }],
    ["by inheritance", "editor", "files.read", { pattern: "files.read", inheritedFrom: "viewer" }],
    ["over two roles", "manager", "files.read", { pattern: "files.read", inheritedFrom: "viewer" }],
    ["by its own wildcard first", "manager", "invoices.create", { pattern: "invoices.*" }],
  ] as const)("names the way it is allowed: %s", (_, role, permission, way) => {
    expect(desk.check([{ role }], permission)).toEqual({ allowed: true, via: { role, ...way } });
  });

  test("prefers the nearest role, then the most precise words", () => {
    const roles = defineRoles({
      far: { can: ["a.b"] },
      near: { can: ["*", "*.b", "a.*"], extends: ["far"] },
      top: { can: [], extends: ["near"] },
    });
    expect(roles.check([{ role: "top" }], "a.b")).toEqual({
      allowed: true,
      via: { role: "top", inheritedFrom: "near", pattern: "a.*" },
    });
  });

  test.each([
    ["no grant", []],
    ["only other roles", [{ role: "operator", expiresAt: NOON, tenantId: "x" }]],
  ])("gives NOT_GRANTED for %s", (_, grants) => {
    expect(desk.check(grants, "invoices.read", { now: NOON })).toEqual({
      allowed: false,
      reason: "NOT_GRANTED",
    });
  });

  test("gives the reason closer to a remedy, in whichever order the grants are", () => {
    const expired = { role: "viewer", tenantId: "acme", expiresAt: NOON };
    const foreign = { role: "viewer", tenantId: "other", expiresAt: NOON };
    const scope = { tenantId: "acme", now: NOON };
    const denied = { allowed: false, reason: "EXPIRED" };
    expect(desk.check([expired, foreign], "invoices.read", scope)).toEqual(denied);
    expect(desk.check([foreign, expired], "invoices.read", scope)).toEqual(denied);
  });
});

describe("require", () => {
  const grants = [{ role: "viewer", tenantId: "acme", expiresAt: NOON }];
  const scope = { tenantId: "acme", now: NOON - 1 };

  test("is silent where and when the grant counts", () => {
    expect(() => desk.require(grants, "invoices.read", scope)).not.toThrow();
  });

  test.each([
    ["too late", "invoices.read", { ...scope, now: NOON }],
    ["for another tenant", "invoices.read", { ...scope, tenantId: "other" }],
    ["for what the role does not allow", "invoices.delete", scope],
    ["for what does not exist", "invoices.purge", scope],
  ])("throws the same FORBIDDEN %s", (_, permission, at) => {
    expect(() => untyped.require(grants, permission, at)).toThrowError(
      expect.objectContaining(FORBIDDEN),
    );
  });
});

describe("explain", () => {
  test("shows every way something is allowed, each role once", () => {
    const grants = [
      { role: "admin", expiresAt: NOON },
      { role: "auditor" },
      { role: "editor", tenantId: "acme" },
      { role: "editor" },
    ];
    expect(desk.explain(grants, "invoices.read", { tenantId: "acme", now: NOON })).toEqual({
      allowed: true,
      via: [
        { role: "editor", inheritedFrom: "viewer", pattern: "invoices.read" },
        { role: "auditor", pattern: "*.read" },
      ],
    });
  });

  test("shows which roles would allow it otherwise", () => {
    expect(desk.explain([{ role: "viewer" }], "jobs.cancel")).toEqual({
      allowed: false,
      reason: "NOT_GRANTED",
      grantedBy: [
        { role: "manager", inheritedFrom: "operator", pattern: "jobs.*" },
        { role: "operator", pattern: "jobs.*" },
        { role: "admin", pattern: "*" },
      ],
    });
  });
});

describe("matrix", () => {
  test("says for each cell where it comes from", () => {
    const roles = defineRoles({
      viewer: { can: ["a.read"] },
      editor: { extends: ["viewer"], can: ["a.update"] },
      admin: { can: ["*"] },
    });
    expect(roles.matrix()).toEqual([
      {
        role: "viewer",
        extends: [],
        cells: [
          { permission: "a.read", allowed: true, pattern: "a.read" },
          { permission: "a.update", allowed: false },
        ],
      },
      {
        role: "editor",
        extends: ["viewer"],
        cells: [
          { permission: "a.read", allowed: true, pattern: "a.read", inheritedFrom: "viewer" },
          { permission: "a.update", allowed: true, pattern: "a.update" },
        ],
      },
      {
        role: "admin",
        extends: [],
        cells: [
          { permission: "a.read", allowed: true, pattern: "*" },
          { permission: "a.update", allowed: true, pattern: "*" },
        ],
      },
    ]);
  });

  test("gives copies: changing them changes nobody's rights", () => {
    desk.matrix()[2]!.extends.push("admin");
    desk.permissionsOf("guest").push("invoices.delete");
    expect(desk.matrix()[2]!.extends).toEqual(["viewer"]);
    expect(desk.permissionsOf("guest")).toEqual([]);
  });
});
