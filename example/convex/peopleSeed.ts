import { v } from "convex/values";
import type { ProfileEvent } from "convex-platform";
import { internalMutation } from "./functions";
import { platform } from "./platform";
import type { RoleName } from "./roles";

const DAY_MS = 24 * 60 * 60 * 1000;

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
    const now = Date.now();
    const { userProfiles } = platform;
    for (const { subject, provider, told, role, suspended, removed } of COLLEAGUES) {
      const tokenIdentifier = `https://${provider}.ledgerline.demo|${subject}`;
      let id = "";
      for (const { daysAgo, claims } of told) {
        const result = await userProfiles.applyEvent(ctx, {
          kind: claims ? "upserted" : "deleted",
          provider,
          tokenIdentifier,
          claims: claims ?? {},
          version: now - daysAgo * DAY_MS,
          eventId: `evt_${subject}_${daysAgo}`,
        });
        id = result!.profile.id;
      }
      if (role) await userProfiles.setRoles(ctx, id, [{ role }]);
      if (suspended) await userProfiles.suspend(ctx, id, { reason: suspended });
      if (removed) await userProfiles.remove(ctx, id, { reason: removed });
    }
    return null;
  },
});
