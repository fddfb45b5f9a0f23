import {
  createFunctionHandle,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  type PaginationOptions,
  type PaginationResult,
} from "convex/server";
import type { ComponentApi } from "../component/_generated/component.js";
import { platformError, throwIfInvalid } from "../shared/errors.js";
import { tokenIdentifierOf } from "../shared/identityKeys.js";
import { DEFAULT_PAGE_SIZE } from "../shared/pages.js";
import type { Grant } from "../shared/permissions.js";
import { checkPatch, trimPatch } from "../shared/profileRules.js";
import type {
  Claims,
  Profile,
  ProfileEvent,
  ProfileFilter,
  ProfilePatch,
  ProfileSettings,
  ProfileStatus,
  ProfileUpsert,
  ProviderStatus,
  SyncResult,
} from "../shared/userProfiles.js";
import { describeCaller, fromComponent } from "./calls.js";
import type {
  CanDescribeCall,
  CanIdentify,
  CanRecord,
  CanRunMutation,
  CanRunQuery,
} from "./contexts.js";
import type { AllProfileOptions, Why } from "./userProfileOptions.js";

/** Who uses the app, synced from any identity provider. Reached as `platform.userProfiles`. */
export class UserProfiles<RoleName extends string = string> {
  private readonly component: ComponentApi;
  private readonly options: AllProfileOptions<RoleName>;

  constructor(component: ComponentApi, options: AllProfileOptions<RoleName>) {
    this.component = component;
    this.options = options;
  }

  // --- Syncing -------------------------------------------------------------------------------

  /**
   * Makes or refreshes the profile of whoever is signed in; call it after every login.
   *
   * When their token says nothing new it costs one read and no write. Look at the status of what it
   * gives: somebody suspended or deleted stays it, however valid the token. Guarded functions refuse
   * them by themselves.
   *
   * @throws UNAUTHENTICATED when nobody is signed in
   */
  async sync(ctx: CanRecord): Promise<SyncResult> {
    const identity = await ctx.auth.getUserIdentity();
    if (!identity) {
      throw platformError({ code: "UNAUTHENTICATED", message: "Sign in first." });
    }
    const { provider } = this.options;
    return await this.write(ctx, this.component.userProfileSync.sync, {
      // As text, because custom claims may have names that are none to Convex.
      identity: JSON.stringify(identity),
      ...(provider !== undefined && { provider }),
    });
  }

  /**
   * {@link sync} for a login of which the host itself knows the claims, as in an action.
   *
   * @throws VALIDATION_FAILED naming the fields
   */
  async upsert(ctx: CanRecord, account: ProfileUpsert): Promise<SyncResult> {
    const args = { account: wellFormed(account) };
    return await this.write(ctx, this.component.userProfileSync.upsert, args);
  }

  /**
   * Applies an event of an identity provider that the host has verified; see the mappers in
   * `convex-platform/providers`. `null`, what they give for events of no concern, changes nothing.
   *
   * Events may come late, twice and in any order: the provider's time decides, then the event id.
   * A deletion holds against everything but {@link reactivate}.
   *
   * @throws VALIDATION_FAILED for one that has no time or one still to come
   */
  async applyEvent(
    ctx: CanRunMutation & CanDescribeCall,
    event: ProfileEvent | null,
  ): Promise<SyncResult | null> {
    if (!event) return null;
    const args = { event: wellFormed(event) };
    return await this.write(asNobody(ctx), this.component.userProfileSync.applyEvent, args);
  }

  /**
   * Applies what a provider lists of its accounts, at most 500 in a call, all or none. Nobody is
   * deleted for not being listed.
   *
   * @returns how many profiles were created and updated, and for how many accounts there was no news
   * @throws LIMIT_EXCEEDED above 500, VALIDATION_FAILED naming the fields as `events.3.version`
   */
  async reconcile(
    ctx: CanRunMutation & CanDescribeCall,
    events: ProfileEvent[],
  ): Promise<Record<SyncResult["change"], number>> {
    const args = { events: events.map(wellFormed) };
    return await this.write(asNobody(ctx), this.component.userProfileSync.reconcile, args);
  }

  // --- Reads ---------------------------------------------------------------------------------

  /** The profile, or `null` when there is none with this id. */
  async get(ctx: CanRunQuery, id: string): Promise<Profile | null> {
    return await fromComponent(ctx.runQuery(this.component.userProfiles.get, { id }));
  }

  /** The profile of an account by any of its identities, or `null`: one document read. */
  async getByIdentity(ctx: CanRunQuery, tokenIdentifier: string): Promise<Profile | null> {
    const args = { tokenIdentifier };
    return await fromComponent(ctx.runQuery(this.component.userProfiles.getByIdentity, args));
  }

  /** The profile of whoever is signed in; `null` for strangers and before their first sync. */
  async current(ctx: CanRunQuery & CanIdentify): Promise<Profile | null> {
    const identity = await ctx.auth.getUserIdentity();
    if (!identity) return null;
    return await this.getByIdentity(ctx, tokenIdentifierOf(identity, this.options.provider));
  }

  /**
   * One page of the profiles of one status (active unless said otherwise): administrators first, then
   * by creation, newest first. A page of n reads at most n + 1 profiles.
   *
   * @throws INVALID_CURSOR for a cursor of another list; VALIDATION_FAILED for a page size below 1;
   *   NOT_CONFIGURED for `administrators` where `new Platform` was given no `administratorRole`
   */
  async list(
    ctx: CanRunQuery,
    { paginationOpts, ...filter }: ProfileFilter & { paginationOpts?: PaginationOptions } = {},
  ): Promise<PaginationResult<Profile>> {
    const { administratorRole: role } = this.options;
    const args = {
      filter,
      ...(role !== undefined && { administratorRole: role }),
      paginationOpts: paginationOpts ?? { numItems: DEFAULT_PAGE_SIZE, cursor: null },
    };
    return await fromComponent(ctx.runQuery(this.component.userProfiles.list, args));
  }

  /**
   * Profiles in whose label, names, e-mail or phone the words occur, the best fit first.
   *
   * Words are matched from their start, only the first 16 count. It finds 25 unless said otherwise,
   * 100 at most, of every status unless one is named.
   *
   * @throws VALIDATION_FAILED for a query that is empty or longer than 200 characters
   */
  async search(
    ctx: CanRunQuery,
    query: string,
    { limit = DEFAULT_PAGE_SIZE, ...options }: { status?: ProfileStatus; limit?: number } = {},
  ): Promise<Profile[]> {
    const args = { ...options, limit, query };
    return await fromComponent(ctx.runQuery(this.component.userProfiles.search, args));
  }

  // --- Writes --------------------------------------------------------------------------------

  /**
   * Changes what belongs to the app; `null` takes a field away, preferences are replaced as a whole.
   *
   * @throws NOT_FOUND, VALIDATION_FAILED naming the fields
   */
  async update(ctx: CanRecord, id: string, patch: ProfilePatch): Promise<Profile> {
    // Here too: not every bad value survives the way into the component.
    throwIfInvalid(checkPatch(trimPatch(patch)), "The profile was not updated.");
    return await this.write(ctx, this.component.userProfiles.update, { id, patch });
  }

  /**
   * Gives these roles and no others, at most 50. Who may do so is for the host to check.
   *
   * @throws INVALID_STATE for the last administrator; NOT_FOUND; VALIDATION_FAILED for a role that is
   *   not declared, as `grants.0.role`
   */
  async setRoles(
    ctx: CanRecord,
    id: string,
    grants: (Grant & { role: RoleName })[],
  ): Promise<Profile> {
    const { roles } = this.options;
    const args = { id, grants, ...(roles && { roles: [...roles] }) };
    return await this.write(ctx, this.component.userProfiles.setRoles, args);
  }

  /**
   * Keeps a person out, at once, until {@link reactivate}.
   *
   * @throws NOT_FOUND; INVALID_STATE for the last administrator
   */
  async suspend(ctx: CanRecord, id: string, why: Why = {}): Promise<Profile> {
    return await this.write(ctx, this.component.userProfiles.suspend, { id, ...why });
  }

  /** Lets a person in again, whether suspended, removed or deleted at their provider. @throws NOT_FOUND */
  async reactivate(ctx: CanRecord, id: string, why: Why = {}): Promise<Profile> {
    return await this.write(ctx, this.component.userProfiles.reactivate, { id, ...why });
  }

  /**
   * Removes a person softly: nothing is lost, and they stay out.
   *
   * @throws NOT_FOUND; INVALID_STATE for the last administrator
   */
  async remove(ctx: CanRecord, id: string, why: Why = {}): Promise<Profile> {
    return await this.write(ctx, this.component.userProfiles.remove, { id, ...why });
  }

  /**
   * Undoes {@link remove}.
   *
   * @throws NOT_FOUND; INVALID_STATE when the person is also gone at their provider
   */
  async restore(ctx: CanRecord, id: string, why: Why = {}): Promise<Profile> {
    return await this.write(ctx, this.component.userProfiles.restore, { id, ...why });
  }

  // --- Linking -------------------------------------------------------------------------------

  /**
   * Lets a further account open this profile. Make sure that both belong to the same person: have
   * them sign in with each. An e-mail they share proves nothing.
   *
   * @param takeOver - the account has a profile of its own, from an earlier login: that one goes
   * @throws NOT_FOUND; CONFLICT when it has one and may not be taken over; INVALID_STATE on a deleted
   *   profile, and for the last administrator's; LIMIT_EXCEEDED beyond 10 accounts
   */
  async link(
    ctx: CanRecord,
    id: string,
    tokenIdentifier: string,
    options: { takeOver?: boolean } = {},
  ): Promise<Profile> {
    const args = { id, tokenIdentifier, ...options };
    return await this.write(ctx, this.component.userProfileLinks.link, args);
  }

  /**
   * Takes an account off this profile. It gets one of its own, with the default role, and stays
   * suspended or deleted if it was.
   *
   * @throws NOT_FOUND when it is not linked; INVALID_STATE for the only one
   */
  async unlink(ctx: CanRecord, id: string, tokenIdentifier: string): Promise<Profile> {
    return await this.write(ctx, this.component.userProfileLinks.unlink, { id, tokenIdentifier });
  }

  /** The last event of each provider that was news: where it lies days back, its webhook may be broken. */
  async syncStatus(ctx: CanRunQuery): Promise<ProviderStatus[]> {
    return await fromComponent(ctx.runQuery(this.component.userProfiles.syncStatus, {}));
  }

  /** One call, with who makes it and what the host has decided. */
  private async write<Mutation extends FunctionReference<"mutation", "internal">>(
    ctx: CanRecord,
    mutation: Mutation,
    args: Omit<FunctionArgs<Mutation>, "caller" | "settings">,
  ): Promise<FunctionReturnType<Mutation>> {
    const { defaultRole, administratorRole, onChange } = this.options;
    const settings: ProfileSettings = {
      ...(defaultRole !== undefined && { defaultRole }),
      ...(administratorRole !== undefined && { administratorRole }),
      ...(onChange && { onChange: await createFunctionHandle(onChange) }),
    };
    const all = { ...args, caller: await describeCaller(ctx, this.options), settings };
    return await fromComponent(ctx.runMutation(mutation, all as FunctionArgs<Mutation>));
  }
}

/** Half a character pair, which providers do send, would not even reach the component. */
function wellFormed<Account extends { claims: Claims }>(account: Account): Account {
  const claims = Object.entries(account.claims).map(([name, value]) => [
    name,
    typeof value === "string" ? value.toWellFormed() : value,
  ]);
  return { ...account, claims: Object.fromEntries(claims) };
}

/** A webhook is signed, not signed in, and a header of its own would make the question throw. */
function asNobody(ctx: CanRunMutation & CanDescribeCall): CanRecord {
  return {
    runMutation: (mutation, args) => ctx.runMutation(mutation, args),
    meta: ctx.meta,
    auth: { getUserIdentity: async () => null },
  };
}
