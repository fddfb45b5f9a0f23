import type { ProfileEvent } from "../userProfiles.js";
import { anEvent, readPayload } from "./payloads.js";

/**
 * The event in a change of Convex Auth's `users` table, whose tokens carry no claims of their own.
 *
 * Give the platform `userProfiles: { provider: "convexAuth" }`: the subject of these tokens names the
 * session too.
 *
 * @example
 * callbacks: {
 *   async afterUserCreatedOrUpdated(ctx, { userId }) {
 *     const user = await ctx.db.get(userId);
 *     const event = convexAuthEvent("updated", user, { issuer, now: Date.now() });
 *     await platform.userProfiles.applyEvent(ctx, event);
 *   },
 * },
 *
 * @param issuer - `process.env.CONVEX_SITE_URL`
 * @param now - `Date.now()`: the callback runs in the transaction of the change
 */
export function convexAuthEvent(
  change: "created" | "updated" | "deleted",
  user: unknown,
  { issuer, now }: { issuer: string; now: number },
): ProfileEvent | null {
  const { _id, name, email, emailVerificationTime, phone, image } = readPayload(user);
  return anEvent({
    kind: change === "deleted" ? "deleted" : "upserted",
    provider: "convexAuth",
    issuer,
    subject: _id,
    claims: {
      name,
      email,
      emailVerified: typeof emailVerificationTime === "number",
      phone,
      pictureUrl: image,
    },
    time: now,
    eventId: undefined,
  });
}
