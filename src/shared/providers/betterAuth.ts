import { readText, anEvent, readPayload } from "./payloads.js";
import type { ProfileEvent } from "../userProfiles.js";

/**
 * The event in a database trigger of Better Auth on its `user` table.
 *
 * A trigger runs in the transaction that changes the user, so the order of calls is the order of
 * changes, and `now` says it; `updatedAt` is no help, a deletion leaves it as it was. `role` and
 * `banned` of Better Auth's admin plugin are not looked at: roles and status belong to the host.
 *
 * @example
 * const issuer = process.env.CONVEX_SITE_URL!;
 *
 * export const authComponent = createClient<DataModel>(components.betterAuth, {
 *   authFunctions: internal.auth,
 *   triggers: {
 *     user: {
 *       onCreate: async (ctx, user) => {
 *         const event = betterAuthEvent("created", user, { issuer, now: Date.now() });
 *         await platform.userProfiles.applyEvent(ctx, event);
 *       },
 *       // likewise onUpdate with "updated", onDelete with "deleted"
 *     },
 *   },
 * });
 * export const { onCreate, onUpdate, onDelete } = authComponent.triggersApi();
 *
 * @param user - the document; for `onUpdate` the new one
 * @param issuer - `process.env.CONVEX_SITE_URL`, as in the tokens of Better Auth's Convex plugin
 * @param now - `Date.now()`
 */
export function betterAuthEvent(
  change: "created" | "updated" | "deleted",
  user: unknown,
  { issuer, now }: { issuer: string; now: number },
): ProfileEvent | null {
  const { _id, id, image, phoneNumber, ...fields } = readPayload(user);
  return anEvent({
    kind: change === "deleted" ? "deleted" : "upserted",
    provider: "betterAuth",
    issuer,
    subject: readText(_id) ?? id,
    claims: {
      name: fields.name,
      username: fields.displayUsername ?? fields.username,
      email: fields.email,
      emailVerified: fields.emailVerified,
      phone: phoneNumber,
      pictureUrl: image,
    },
    time: now,
    eventId: undefined,
  });
}
