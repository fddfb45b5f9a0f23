import type { Grant, RoleMatrix, Scope } from "../shared/permissions.js";
import type { Profile } from "../shared/userProfiles.js";
import type { CanIdentify, CanRunQuery } from "./contexts.js";

type FindProfile = (ctx: CanRunQuery & CanIdentify) => Promise<Profile | null>;

/**
 * What whoever is signed in may do, by the grants of their profile. Reached as
 * `platform.permissions`; guarded functions ask by themselves.
 *
 * Each question reads one profile. Somebody without a profile, suspended or deleted may do nothing.
 */
export class Permissions<RoleName extends string, Permission extends string> {
  private readonly roles: RoleMatrix<RoleName, Permission>;
  private readonly findProfile: FindProfile;

  constructor(roles: RoleMatrix<RoleName, Permission>, findProfile: FindProfile) {
    this.roles = roles;
    this.findProfile = findProfile;
  }

  /** Whether they may. In a query pass `now` in `scope`: a query that reads the clock is not cached. */
  async can(ctx: CanRunQuery & CanIdentify, permission: Permission, scope?: Scope) {
    return this.roles.can(await this.findGrants(ctx), permission, scope);
  }

  /** @throws FORBIDDEN unless they may */
  async require(ctx: CanRunQuery & CanIdentify, permission: Permission, scope?: Scope) {
    this.roles.require(await this.findGrants(ctx), permission, scope);
  }

  /** Whether they may, and why or why not: for the host's code, not for strangers. */
  async check(ctx: CanRunQuery & CanIdentify, permission: Permission, scope?: Scope) {
    return this.roles.check(await this.findGrants(ctx), permission, scope);
  }

  /** Which role allows it, or which ones would: for a screen that explains. */
  async explain(ctx: CanRunQuery & CanIdentify, permission: Permission, scope?: Scope) {
    return this.roles.explain(await this.findGrants(ctx), permission, scope);
  }

  /** Every role and every permission: for a screen that shows the rules. */
  matrix() {
    return this.roles.matrix();
  }

  private async findGrants(ctx: CanRunQuery & CanIdentify): Promise<Grant[]> {
    const profile = await this.findProfile(ctx);
    return profile?.status === "active" ? profile.grants : [];
  }
}
