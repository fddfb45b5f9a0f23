import { useEffect, useState } from "react";
import type { Decision, RoleMatrix, Scope } from "../shared/permissions.js";
import type { CurrentProfile } from "./useProfile.js";

/** What {@link usePermission} says; who is not `active` is refused for that. */
export type PermissionDecision<RoleName extends string = string> =
  Decision<RoleName> | { allowed: false; reason: Exclude<CurrentProfile["status"], "active"> };

/** `setTimeout` cannot wait longer: 24.8 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Whether somebody's roles allow something, live, also when a role ends by time.
 *
 * It only decides what to show. The guarded function asks again.
 *
 * @param roles - what `defineRoles` made, in a file that browser and functions share
 * @param current - what `useProfile` gives
 * @example
 * const me = useProfile(api.platform.me);
 * const mayDelete = usePermission(roles, me, "invoices.delete");
 * return <Button isDisabled={!mayDelete.allowed}>Delete</Button>;
 */
export function usePermission<RoleName extends string, Permission extends string>(
  roles: RoleMatrix<RoleName, Permission>,
  current: CurrentProfile,
  permission: NoInfer<Permission>,
  { tenantId }: Pick<Scope, "tenantId"> = {},
): PermissionDecision<RoleName> {
  const { profile, status } = current;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ends = profile?.grants.flatMap(({ expiresAt }) => expiresAt ?? []) ?? [];
    const next = Math.min(...ends.filter((end) => end > now));
    if (next === Infinity) return;
    const delay = Math.min(next - Date.now(), MAX_DELAY_MS);
    const timer = setTimeout(() => setNow(Date.now()), delay);
    return () => clearTimeout(timer);
  }, [profile, now]);

  if (status !== "active") return { allowed: false, reason: status };
  return roles.check(profile.grants, permission, { tenantId, now });
}
