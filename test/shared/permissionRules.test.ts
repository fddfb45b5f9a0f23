import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  defineRoles,
  type Grant,
  type RoleMatrix,
  type Scope,
} from "../../src/shared/permissions.js";
import type { RoleDefinitions } from "../../src/shared/roles.js";

const NOON = Date.UTC(2026, 0, 15, 12);
const TABLES = ["a", "b", "c"];
const VERBS = ["x", "y", "z"];
const PERMISSIONS = TABLES.flatMap((table) => VERBS.map((verb) => `${table}.${verb}`));
const PATTERNS = [
  ...PERMISSIONS,
  ...TABLES.map((table) => `${table}.*`),
  ...VERBS.map((verb) => `*.${verb}`),
  "*",
];
const ROLES = ["r0", "r1", "r2", "r3", "r4"];

const someRoles = fc
  .tuple(
    ...ROLES.map((_, i) =>
      fc.record({
        can: fc.uniqueArray(fc.constantFrom(...PATTERNS), { maxLength: 3 }),
        // Only roles before it, so that none leads back to itself.
        extends: fc.subarray(ROLES.slice(0, i)),
      }),
    ),
  )
  .map((definitions) => Object.fromEntries(ROLES.map((name, i) => [name, definitions[i]!])));
const someGrants = fc.array(
  fc.record(
    {
      role: fc.constantFrom(...ROLES, "gone", "constructor"),
      tenantId: fc.constantFrom("t0", "t1"),
      expiresAt: fc.integer({ min: -2, max: 2 }).map((offset) => NOON + offset),
    },
    { requiredKeys: ["role"] },
  ),
  { maxLength: 4 },
);
const aScope = fc.record(
  { tenantId: fc.constantFrom("t0", "t1", "t2"), now: fc.constant(NOON) },
  { requiredKeys: [] },
);
const aPermission = fc.constantFrom(...PERMISSIONS);

/** The same rules, the slow way: ask the role, then every role it extends. */
function allows(roles: RoleDefinitions, role: string, permission: string): boolean {
  const definition = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (!definition) return false;
  const [table, verb] = permission.split(".");
  return (
    definition.can.some((pattern) => {
      const [first, second = first] = pattern.split(".");
      return [table, "*"].includes(first) && [verb, "*"].includes(second);
    }) || (definition.extends ?? []).some((parent) => allows(roles, parent, permission))
  );
}

function counts({ tenantId, expiresAt }: Grant, scope: Scope): boolean {
  if (tenantId !== undefined && tenantId !== scope.tenantId) return false;
  if (expiresAt === undefined) return true;
  return scope.now !== undefined && scope.now < expiresAt;
}

function ancestors(roles: RoleDefinitions, role: string): string[] {
  return [role, ...(roles[role]!.extends ?? []).flatMap((parent) => ancestors(roles, parent))];
}

describe("any roles, any grants", () => {
  test.prop([someRoles, someGrants, aPermission, aScope], { seed: 20, numRuns: 2000 })(
    "can agrees with the rules applied one by one",
    (roles, grants, permission, scope) => {
      const expected = grants.some(
        (grant) => counts(grant, scope) && allows(roles, grant.role, permission),
      );
      const matrix = defineRoles(roles, { permissions: PERMISSIONS });
      expect(matrix.can(grants, permission, scope)).toBe(expected);
    },
  );

  test.prop([someRoles, someGrants, aPermission, aScope], { seed: 21, numRuns: 1000 })(
    "explain shows the roles that rules applied one by one would show",
    (roles, grants, permission, scope) => {
      const allowing = ROLES.filter((role) => allows(roles, role, permission));
      const held = grants.filter((grant) => counts(grant, scope)).map(({ role }) => role);
      const explanation = defineRoles(roles, { permissions: PERMISSIONS }).explain(
        grants,
        permission,
        scope,
      );
      const shown = explanation.allowed ? explanation.via : explanation.grantedBy;
      const expected = explanation.allowed
        ? allowing.filter((role) => held.includes(role))
        : allowing;
      expect(shown.map(({ role }) => role)).toEqual(expected);
    },
  );

  test.prop([someRoles, someGrants, aPermission, aScope], { seed: 22, numRuns: 1000 })(
    "the way shown is a way there is",
    (roles, grants, permission, scope) => {
      const decision = defineRoles(roles, { permissions: PERMISSIONS }).check(
        grants,
        permission,
        scope,
      );
      fc.pre(decision.allowed);
      const { role, inheritedFrom = role, pattern } = decision.via;
      expect(roles[inheritedFrom]!.can).toContain(pattern);
      expect(allows({ only: { can: [pattern] } }, "only", permission)).toBe(true);
      expect(ancestors(roles, role)).toContain(inheritedFrom);
    },
  );

  test.prop([someRoles, someGrants, someGrants, aPermission, aScope], { seed: 23, numRuns: 1000 })(
    "another grant never takes anything away, and order does not matter",
    (roles, grants, more, permission, scope) => {
      const matrix = defineRoles(roles, { permissions: PERMISSIONS });
      const { allowed, ...rest } = matrix.check(grants, permission, scope);
      const reversed = matrix.check([...grants].reverse(), permission, scope);
      expect(reversed.allowed).toBe(allowed);
      if (!allowed) expect(reversed).toEqual({ allowed, ...rest });
      const either = allowed || matrix.can(more, permission, scope);
      expect(matrix.can([...more, ...grants], permission, scope)).toBe(either);
    },
  );

  test.prop([someRoles, fc.string()], { seed: 24 })(
    "no invented permission is allowed",
    (roles, permission) => {
      fc.pre(!PERMISSIONS.includes(permission));
      const matrix: RoleMatrix = defineRoles(roles, { permissions: PERMISSIONS });
      const everybody = ROLES.map((role) => ({ role }));
      expect(matrix.can(everybody, permission)).toBe(false);
    },
  );
});
