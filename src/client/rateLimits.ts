import type { ComponentApi } from "../component/_generated/component.js";
import type { Actor } from "../shared/auditLogs.js";
import { platformError } from "../shared/errors.js";
import type { Grant } from "../shared/permissions.js";
import { tokenIdentifierOf } from "../shared/identityKeys.js";
import { findRateLimitFault, type RateLimit, type RateLimitStatus } from "../shared/rateLimits.js";
import { fromComponent } from "./calls.js";
import type { CanIdentify, CanRunMutation, CanRunQuery } from "./contexts.js";

/** A limit as a host declares it. */
export type RateLimitOptions<RoleName extends string = string> = RateLimit & {
  /** Other limits for those who hold a role themselves; of several, the most generous one counts. */
  byRole?: { readonly [Role in RoleName]?: RateLimit };
};

export type LimitArgs = {
  /** Whose tokens, 1–512 characters. Absent: those of the actor, or of the stranger's network. */
  key?: string;
  /** How many tokens, 1 unless said otherwise. At most the capacity. */
  count?: number;
};

/** A guarded ctx says who calls; of any other, the identity counts, and no role. */
type Caller = CanIdentify & { actor?: Actor; profile?: { grants: Grant[] } | null };

/** How often something may be done. Reached as `platform.rateLimits`. */
export class RateLimits<LimitName extends string = string> {
  private readonly component: ComponentApi;
  private readonly limits: ReadonlyMap<string, RateLimitOptions>;
  private readonly provider: string | undefined;

  /**
   * @param provider - who issues the host's tokens; see {@link tokenIdentifierOf}
   * @throws NOT_CONFIGURED naming a limit that could never be kept
   */
  constructor(
    component: ComponentApi,
    limits: { readonly [Name in LimitName]: RateLimitOptions },
    provider?: string,
  ) {
    this.component = component;
    this.provider = provider;
    this.limits = new Map(Object.entries<RateLimitOptions>(limits));
    for (const [name, options] of this.limits) {
      for (const each of [options, ...Object.values(options.byRole ?? {})]) {
        if (each) assertLimit(name, each);
      }
    }
  }

  /**
   * Whether there is room now, without taking any. In a query it is as old as the query's last run.
   *
   * @throws UNAUTHENTICATED when nobody is signed in and no key is given: a query knows no network
   */
  async check(
    ctx: CanRunQuery & Caller,
    name: LimitName,
    args: LimitArgs = {},
  ): Promise<RateLimitStatus> {
    const key = args.key ?? (await this.findKey(ctx)) ?? missingKey();
    const request = { ...this.read(ctx, name, args), key };
    return await fromComponent(ctx.runQuery(this.component.rateLimits.check, request));
  }

  /**
   * Takes tokens. In a mutation that fails afterwards they are back.
   *
   * @throws RATE_LIMITED with `retryAfterMs`
   */
  async limit(ctx: CanRunMutation & Caller, name: LimitName, args: LimitArgs = {}): Promise<void> {
    const key = args.key ?? (await this.findKey(ctx));
    const request = { ...this.read(ctx, name, args), ...(key !== undefined && { key }) };
    const status = await fromComponent(ctx.runMutation(this.component.rateLimits.limit, request));
    if (status.ok) return;
    const { retryAfterMs } = status;
    const seconds = Math.ceil(retryAfterMs / 1000);
    throw platformError({
      code: "RATE_LIMITED",
      message: `This was done too often. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
      retryAfterMs,
    });
  }

  /** Gives all tokens back: to the actor, unless a key is given. */
  async reset(
    ctx: CanRunMutation & Caller,
    name: LimitName,
    args: { key?: string } = {},
  ): Promise<void> {
    assertKey(args.key);
    const key = args.key ?? (await this.findKey(ctx)) ?? missingKey();
    this.find(name);
    await fromComponent(ctx.runMutation(this.component.rateLimits.reset, { name, key }));
  }

  private read(ctx: Caller, name: string, { key, count = 1 }: LimitArgs) {
    assertKey(key);
    const { byRole = {}, ...base } = this.find(name);
    const config = generousOf(base, byRole, ctx.profile?.grants ?? []);
    const max = config.capacity ?? config.rate;
    if (count > 0 && count <= max) return { name, config, count };
    const message = `Use a number above 0, of at most ${max}.`;
    throw platformError({
      code: "VALIDATION_FAILED",
      message: "Nothing was counted.",
      fields: { count: { code: "out_of_range", message, params: { max } } },
    });
  }

  private async findKey(ctx: Caller): Promise<string | undefined> {
    if (ctx.actor) return ctx.actor.type === "anonymous" ? undefined : ctx.actor.id;
    const identity = await ctx.auth.getUserIdentity();
    return identity ? tokenIdentifierOf(identity, this.provider) : undefined;
  }

  private find(name: string): RateLimitOptions {
    const limit = this.limits.get(name);
    if (limit) return limit;
    throw platformError({
      code: "NOT_CONFIGURED",
      message: "This rate limit is not among the rateLimits that new Platform was given.",
    });
  }
}

/** Grants for a tenant or for a time do not count: a limit is about the person. */
function generousOf(
  base: RateLimit,
  byRole: { readonly [role: string]: RateLimit | undefined },
  grants: Grant[],
): RateLimit {
  const held = grants
    .filter(({ tenantId, expiresAt }) => tenantId === undefined && expiresAt === undefined)
    .flatMap(({ role }) => (Object.hasOwn(byRole, role) ? (byRole[role] ?? []) : []));
  const [first = base, ...others] = held;
  return others.reduce((best, each) => (speedOf(each) > speedOf(best) ? each : best), first);
}

function speedOf({ rate, period }: RateLimit): number {
  return rate / period;
}

function missingKey(): never {
  throw platformError({
    code: "UNAUTHENTICATED",
    message: "Sign in first, or say whose limit with key.",
  });
}

const MAX_KEY_LENGTH = 512;

/** It may come from arguments, and is stored. */
function assertKey(key: string | undefined): void {
  if (key === undefined || (key.length > 0 && key.length <= MAX_KEY_LENGTH)) return;
  const message = `Use 1 to ${MAX_KEY_LENGTH} characters.`;
  throw platformError({
    code: "VALIDATION_FAILED",
    message: "Nothing was counted.",
    fields: { key: { code: "out_of_range", message, params: { max: MAX_KEY_LENGTH } } },
  });
}

function assertLimit(name: string, limit: RateLimit): void {
  const fault = findRateLimitFault(limit);
  if (fault === null) return;
  throw platformError({ code: "NOT_CONFIGURED", message: `Rate limit "${name}": ${fault}.` });
}
