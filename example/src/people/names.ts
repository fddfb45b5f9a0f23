import type { Profile } from "convex-platform";

export type LinkedIdentity = Profile["identities"][number];

/** What people call somebody: the name given here, else what the provider says. */
export function nameOf({ label, name, username, email }: Profile): string {
  return label ?? name ?? username ?? email ?? "Nobody knows the name";
}

/** When a sync last stored something. */
export function lastSync({ identities }: Profile): number {
  return Math.max(...identities.map(({ syncedAt }) => syncedAt));
}

export function sourceOf({ provider }: LinkedIdentity): string {
  return provider === undefined ? "not synced yet" : (SOURCES[provider] ?? provider);
}

/** One word for each place a profile comes from. */
export function sourcesOf({ identities }: Profile): string {
  return [...new Set(identities.map(sourceOf))].join(", ");
}

const SOURCES: Record<string, string> = {
  clerk: "Clerk",
  workos: "WorkOS",
  oidc: "Sign-in",
  host: "Invitation",
};
