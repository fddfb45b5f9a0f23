import { v, type Infer } from "convex/values";
import { platformError } from "./errors.js";
import {
  patternsCovering,
  readRoles,
  type CheckedRoles,
  type NamedPermission,
  type RoleDefinitions,
} from "./roles.js";

/** A role somebody was given. */
export const vGrant = v.object({
  /** A role that is not declared (any more) allows nothing. */
  role: v.string(),
  /** The one tenant it counts for. Absent: all of them. */
  tenantId: v.optional(v.string()),
  /** Milliseconds since 1970. From that millisecond on it counts for nothing. */
  expiresAt: v.optional(v.number()),
});
export type Grant = Infer<typeof vGrant>;

/** Where and when something is to be allowed. */
export type Scope = {
  /** Absent: outside of every tenant, where grants for one tenant count for nothing. */
  tenantId?: string | undefined;
  /** Milliseconds since 1970. Absent: grants that expire count for nothing, nobody knows whether they have. */
  now?: number | undefined;
};

/** How a role comes to allow something. */
export type Via<RoleName extends string = string> = {
  role: RoleName;
  /** The role whose `can` says so, if it is not `role` itself. */
  inheritedFrom?: RoleName;
  /** What is written there: the permission, `table.*`, `*.verb` or `*`. */
  pattern: string;
};

/**
 * Why something is not allowed. `EXPIRED`: a grant would have allowed it, but is over;
 * `OTHER_TENANT`: the same, but it is for another tenant.
 */
export type DenialReason = "UNKNOWN_PERMISSION" | "NOT_GRANTED" | "OTHER_TENANT" | "EXPIRED";

export type Decision<RoleName extends string = string> =
  { allowed: true; via: Via<RoleName> } | { allowed: false; reason: DenialReason };

/** A decision for people: every way it is allowed, or every role that would allow it. */
export type Explanation<RoleName extends string = string> =
  | { allowed: true; via: Via<RoleName>[] }
  | { allowed: false; reason: DenialReason; grantedBy: Via<RoleName>[] };

/** One role of a Roles screen: a cell for each permission. */
export type MatrixRow<RoleName extends string = string, Permission extends string = string> = {
  role: RoleName;
  extends: RoleName[];
  cells: MatrixCell<RoleName, Permission>[];
};

/** A cell with `inheritedFrom` can only be changed there. */
export type MatrixCell<RoleName extends string = string, Permission extends string = string> =
  | { permission: Permission; allowed: true; inheritedFrom?: RoleName; pattern: string }
  | { permission: Permission; allowed: false };

/**
 * Declares which role may do what. Names of roles and permissions complete in an editor from then
 * on, and a typo does not compile.
 *
 * A permission exists once it is named: in some `can`, or, where only wildcards would cover it, in
 * `permissions`. That list is then complete: what a `can` says besides does not compile. Taking
 * every verb of a known table for a permission instead would need no list, but also let
 * `invoices.udpate` through, and a misspelt permission is one nobody can have.
 *
 * For the same reason a wildcard covers the permissions there are, not those a caller invents.
 *
 * @example
 * export const roles = defineRoles(
 *   {
 *     viewer: { can: ["*.read"] },
 *     editor: { extends: ["viewer"], can: ["invoices.update"] },
 *     admin: { can: ["*"] },
 *   },
 *   { permissions: ["invoices.read", "invoices.update", "invoices.delete"] },
 * );
 * roles.can(profile.grants, "invoices.delete", { now });
 *
 * @throws NOT_CONFIGURED naming the fix: for names and permissions that are malformed, `extends`
 *   that is unknown or leads back to the role, wildcards that cover nothing
 */
export function defineRoles<
  RoleName extends string = never,
  Written extends string = never,
  Permission extends string = NamedPermission<Written>,
>(
  definitions: RoleDefinitions<RoleName, Written, Permission>,
  options: { permissions?: readonly Permission[] } = {},
): RoleMatrix<RoleName, Permission> {
  return new RoleMatrix(readRoles(definitions, options.permissions));
}

/**
 * Which role may do what; see {@link defineRoles}. Denies by default: a role or a permission it
 * does not know, a grant that is over or for another tenant, allow nothing.
 *
 * Pure, so the same matrix serves functions and browser. What a browser computes only decides what
 * to show: the function must ask again.
 */
export class RoleMatrix<RoleName extends string = string, Permission extends string = string> {
  /** As declared, in that order. */
  readonly roles: readonly RoleName[];
  /** All there are: as listed, or in the order in which roles name them. */
  readonly permissions: readonly Permission[];
  private readonly checked: CheckedRoles;

  constructor(checked: CheckedRoles) {
    this.checked = checked;
    this.roles = [...checked.roles.keys()] as RoleName[];
    this.permissions = [...checked.permissions] as Permission[];
  }

  isRole(name: string): name is RoleName {
    return this.checked.roles.has(name);
  }

  isPermission(name: string): name is Permission {
    return this.checked.permissions.has(name);
  }

  /** Whether any of the grants allows it. */
  can(grants: readonly Grant[], permission: Permission, scope: Scope = {}): boolean {
    return this.check(grants, permission, scope).allowed;
  }

  /**
   * {@link can} as an error. It says the same whatever the reason, since that would tell a stranger
   * what exists.
   *
   * @throws FORBIDDEN
   */
  require(grants: readonly Grant[], permission: Permission, scope: Scope = {}): void {
    if (this.can(grants, permission, scope)) return;
    throw platformError({
      code: "FORBIDDEN",
      message: "You are not allowed to do this. Ask an administrator for access.",
    });
  }

  /** {@link can} with the reason, for logs and for people who may know. */
  check(grants: readonly Grant[], permission: Permission, scope: Scope = {}): Decision<RoleName> {
    if (!this.isPermission(permission)) return { allowed: false, reason: "UNKNOWN_PERMISSION" };
    const obstacles = new Set<Obstacle>();
    for (const grant of grants) {
      const via = this.findVia(grant.role, permission);
      if (via === null) continue;
      const obstacle = findObstacle(grant, scope);
      if (obstacle === null) return { allowed: true, via };
      obstacles.add(obstacle);
    }
    // Expired is the reason closer to a remedy: it was the right tenant.
    if (obstacles.has("EXPIRED")) return { allowed: false, reason: "EXPIRED" };
    return {
      allowed: false,
      reason: obstacles.has("OTHER_TENANT") ? "OTHER_TENANT" : "NOT_GRANTED",
    };
  }

  /** {@link check} in full, for a screen of those who give out roles. Roles in the order declared. */
  explain(
    grants: readonly Grant[],
    permission: Permission,
    scope: Scope = {},
  ): Explanation<RoleName> {
    const decision = this.check(grants, permission, scope);
    const grantedBy = this.roles.flatMap((role) => this.findVia(role, permission) ?? []);
    if (!decision.allowed) return { ...decision, grantedBy };
    const counting = grants.filter((grant) => findObstacle(grant, scope) === null);
    const held = new Set(counting.map(({ role }) => role));
    return { allowed: true, via: grantedBy.filter(({ role }) => held.has(role)) };
  }

  /** Every role with every permission, in the order declared. */
  matrix(): MatrixRow<RoleName, Permission>[] {
    return this.roles.map((role) => ({
      role,
      extends: [...(this.checked.roles.get(role)?.extends ?? [])] as RoleName[],
      cells: this.permissions.map((permission) => this.cell(role, permission)),
    }));
  }

  /** What a role allows, inherited and by wildcard included; nothing for one that is not declared. */
  permissionsOf(role: RoleName): Permission[] {
    return this.permissions.filter((permission) => this.findVia(role, permission) !== null);
  }

  private cell(role: RoleName, permission: Permission): MatrixCell<RoleName, Permission> {
    const via = this.findVia(role, permission);
    if (via === null) return { permission, allowed: false };
    const { inheritedFrom, pattern } = via;
    return { permission, allowed: true, ...(inheritedFrom && { inheritedFrom }), pattern };
  }

  /** A role's own words go before inherited ones, nearer before farther, precise before wildcards. */
  private findVia(role: string, permission: string): Via<RoleName> | null {
    if (!this.isPermission(permission)) return null;
    const patterns = patternsCovering(permission);
    for (const name of this.checked.roles.get(role)?.lineage ?? []) {
      const pattern = patterns.find((text) => this.checked.roles.get(name)?.can.has(text));
      if (pattern === undefined) continue;
      const via = { role, pattern, ...(name !== role && { inheritedFrom: name }) };
      return via as Via<RoleName>;
    }
    return null;
  }
}

type Obstacle = Extract<DenialReason, "OTHER_TENANT" | "EXPIRED">;

/** Why a grant does not count here and now; null when it does. */
function findObstacle(grant: Grant, { tenantId, now }: Scope): Obstacle | null {
  if (grant.tenantId !== undefined && grant.tenantId !== tenantId) return "OTHER_TENANT";
  // Asked this way round, a time that is missing or not a number means no.
  const isInTime = grant.expiresAt === undefined || (now !== undefined && now < grant.expiresAt);
  return isInTime ? null : "EXPIRED";
}
