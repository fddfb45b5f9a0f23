import { api } from "../../src/component/_generated/api.js";
import type { ProfileEvent, ProfileSettings } from "../../src/shared/userProfiles.js";
import { aCaller, type aComponent } from "../factories.js";

/** Builders of what happens to profiles, for tests of the component. */

export type TestComponent = Pick<ReturnType<typeof aComponent>, "query" | "mutation">;

export const annsToken = "https://id.example|ann";

export const settings: ProfileSettings = { defaultRole: "viewer", administratorRole: "admin" };

export const by = { caller: aCaller(), settings };

export function anEvent(parts: Partial<ProfileEvent> = {}): ProfileEvent {
  return {
    kind: "upserted",
    provider: "clerk",
    tokenIdentifier: annsToken,
    claims: {},
    version: 1000,
    eventId: "",
    ...parts,
  };
}

export async function apply(t: TestComponent, parts: Partial<ProfileEvent> = {}) {
  return await t.mutation(api.userProfileSync.applyEvent, { ...by, event: anEvent(parts) });
}

/** A login with these claims in its token. */
export async function login(
  t: TestComponent,
  { subject = "ann", ...claims }: { subject?: string; [claim: string]: unknown } = {},
) {
  const issuer = "https://id.example";
  const identity = { tokenIdentifier: `${issuer}|${subject}`, issuer, subject, ...claims };
  const args = { ...by, identity: JSON.stringify(identity) };
  return await t.mutation(api.userProfileSync.sync, args);
}

export async function getAnn(t: TestComponent) {
  return await t.query(api.userProfiles.getByIdentity, { tokenIdentifier: annsToken });
}

/** What happened, oldest first. */
export async function entriesOf(t: TestComponent) {
  const filter = { order: "asc" } as const;
  const paginationOpts = { numItems: 200, cursor: null };
  return (await t.query(api.auditLogs.list, { filter, paginationOpts })).page;
}

export async function actionsOf(t: TestComponent) {
  return (await entriesOf(t)).map(({ action }) => action);
}
