import type { Permission, RoleName } from "../../convex/roles";
import { access } from "../session/access";

/** What somebody gains and loses with other roles. */
export type RoleChange = { gained: Permission[]; lost: Permission[] };

export function compareRoles(before: readonly string[], after: readonly string[]): RoleChange {
  const [had, has] = [permissionsOf(before), permissionsOf(after)];
  return {
    gained: [...has].filter((permission) => !had.has(permission)),
    lost: [...had].filter((permission) => !has.has(permission)),
  };
}

/** A role that was given and is declared no more allows nothing. */
function permissionsOf(roles: readonly string[]): Set<Permission> {
  const known = roles.filter((role): role is RoleName => access.isRole(role));
  return new Set(known.flatMap((role) => access.permissionsOf(role)));
}
