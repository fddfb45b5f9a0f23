import { v } from "convex/values";
import type { ProfileEvent } from "convex-platform";
import type { MutationCtx } from "./_generated/server";
import { internalMutation } from "./functions";
import { platform } from "./platform";
import type { RoleName } from "./roles";
import { workingTime, type Happening } from "./seedTimes";

/** Somebody whom an identity provider has told of; they never signed in to the demo. */
type Colleague = {
  subject: string;
  provider: "clerk" | "workos";
  /** What the provider said, the oldest first. */
  told: { daysAgo: number; claims?: ProfileEvent["claims"] }[];
  role?: RoleName;
  suspended?: string;
  removed?: string;
};

const COLLEAGUES: Colleague[] = [
  {
    subject: "user_dmitri",
    provider: "clerk",
    told: [
      { daysAgo: 96, claims: { name: "Dmitri Hale", email: "dmitri@brightwater.example" } },
      {
        daysAgo: 3,
        claims: {
          name: "Dmitri Hale-Okafor",
          email: "dmitri.hale-okafor@brightwater.example",
          emailVerified: true,
        },
      },
    ],
    role: "editor",
  },
  {
    subject: "user_elif",
    provider: "clerk",
    told: [
      {
        daysAgo: 61,
        claims: { name: "Elif Kaya", email: "elif@brightwater.example", locale: "tr" },
      },
      {
        daysAgo: 12,
        claims: { name: "Elif Kaya", email: "elif.kaya@brightwater.example", locale: "de" },
      },
    ],
  },
  {
    subject: "user_imke",
    provider: "workos",
    told: [{ daysAgo: 40, claims: { name: "Imke de Vries", email: "imke@harbour-finch.example" } }],
  },
  {
    subject: "user_tomas",
    provider: "workos",
    told: [
      { daysAgo: 33, claims: { name: "Tomás Ruiz", email: "tomas@harbour-finch.example" } },
      { daysAgo: 5, claims: { name: "Tomás Ruiz", phone: "+34 600 010 020" } },
    ],
  },
  {
    subject: "user_noor",
    provider: "clerk",
    told: [{ daysAgo: 80, claims: { name: "Noor Haddad", email: "noor@brightwater.example" } }],
    role: "editor",
    suspended: "On leave until February.",
  },
  {
    subject: "user_jonas",
    provider: "clerk",
    told: [{ daysAgo: 210, claims: { name: "Jonas Weiß", email: "jonas@brightwater.example" } }],
    removed: "The contract ended in October.",
  },
  {
    subject: "user_mirela",
    provider: "workos",
    told: [
      { daysAgo: 150, claims: { name: "Mirela Pop", email: "mirela@harbour-finch.example" } },
      { daysAgo: 20 },
    ],
  },
];

/** Colleagues as webhooks would have brought them: synced, renamed, suspended, gone. */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  permission: "userProfiles.invite",
  handler: async (ctx) => {
    for (const { happen } of arrivals(Date.now())) await happen(ctx);
    return null;
  },
});

/** How the colleagues came, changed and went, the oldest first. @param today - milliseconds since 1970 */
export function arrivals(today: number): Happening<MutationCtx>[] {
  const { userProfiles } = platform;
  const happenings = COLLEAGUES.flatMap((colleague, place) => {
    const { role, suspended, removed, told } = colleague;
    const moments = told.map(({ daysAgo, claims }, i) => {
      const at = workingTime(today, daysAgo, place);
      const happen = async (ctx: MutationCtx) => {
        const id = await hear(ctx, colleague, { claims, at });
        if (role && i === 0) await userProfiles.setRoles(ctx, id, [{ role }]);
      };
      return { at, happen };
    });
    if (suspended === undefined && removed === undefined) return moments;
    const at = workingTime(today, told.at(-1)!.daysAgo / 4, place);
    const happen = async (ctx: MutationCtx) => {
      const profile = await userProfiles.getByIdentity(ctx, tokenIdentifierOf(colleague));
      const { id } = profile!;
      if (suspended) await userProfiles.suspend(ctx, id, { reason: suspended });
      if (removed) await userProfiles.remove(ctx, id, { reason: removed });
    };
    return [...moments, { at, happen }];
  });
  return happenings.sort((a, b) => a.at - b.at);
}

async function hear(
  ctx: MutationCtx,
  { provider, subject }: Colleague,
  { claims, at }: { claims: ProfileEvent["claims"] | undefined; at: number },
): Promise<string> {
  const result = await platform.userProfiles.applyEvent(ctx, {
    kind: claims ? "upserted" : "deleted",
    provider,
    tokenIdentifier: tokenIdentifierOf({ provider, subject }),
    claims: claims ?? {},
    version: at,
    eventId: `evt_${subject}_${at}`,
  });
  return result!.profile.id;
}

function tokenIdentifierOf({ provider, subject }: Pick<Colleague, "provider" | "subject">): string {
  return `https://${provider}.ledgerline.demo|${subject}`;
}
