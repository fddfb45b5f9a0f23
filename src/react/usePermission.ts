import { useEffect, useState } from "react";
import type {
  DenialReason,
  Explanation,
  Grant,
  RoleMatrix,
  Scope,
  Via,
} from "../shared/permissions.js";
import type { CurrentProfile } from "./useProfile.js";

/**
 * What {@link usePermission} says: the roles that allow it, or why they do not and which ones would.
 * Who is not `active` is refused for that.
 */
export type PermissionAnswer<RoleName extends string = string> =
  | Extract<Explanation<RoleName>, { allowed: true }>
  | {
      allowed: false;
      reason: DenialReason | Exclude<CurrentProfile["status"], "active">;
      grantedBy: Via<RoleName>[];
    };

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
): PermissionAnswer<RoleName> {
  const { profile, status } = current;
  const grants = status === "active" ? profile.grants : NOTHING;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ends = grants.map(({ expiresAt = 0 }) => expiresAt).filter((end) => end > now);
    const delay = Math.min(...ends, now + MAX_DELAY_MS) - Date.now();
    const timer = setTimeout(() => setNow(Date.now()), delay);
    return () => clearTimeout(timer);
  }, [grants, now]);

  const answer = roles.explain(grants, permission, { tenantId, now });
  return answer.allowed || status === "active" ? answer : { ...answer, reason: status };
}

const NOTHING: Grant[] = [];
