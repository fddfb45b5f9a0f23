/** Who issues the demo's sign-in tokens; `auth.config.ts` trusts nobody else. */
export const ISSUER = "https://ledgerline.demo";

/** Who the tokens are for. */
export const APPLICATION_ID = "ledgerline";

/** Everybody who can sign in to the demo. `subject` is the token's `sub`. */
export const PEOPLE = [
  { subject: "ada", name: "Ada", email: "ada@ledgerline.demo", role: "admin" },
  { subject: "ben", name: "Ben", email: "ben@ledgerline.demo", role: "editor" },
  { subject: "chloe", name: "Chloé", email: "chloe@ledgerline.demo", role: "viewer" },
] as const;

export type Person = (typeof PEOPLE)[number];

/** How Convex names a signed-in person: the `tokenIdentifier` of their identity. */
export function tokenIdentifierOf({ subject }: Pick<Person, "subject">): string {
  return `${ISSUER}|${subject}`;
}
