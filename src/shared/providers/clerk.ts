import { joinNames } from "../identityClaims.js";
import type { ProfileEvent } from "../userProfiles.js";
import { anEvent, readList, readPayload, type Payload } from "./payloads.js";

/**
 * The event in a webhook of Clerk: `user.created`, `user.updated` and `user.deleted`; `null` for
 * every other.
 *
 * Verify the request first, with Clerk's or Svix' library. Metadata of Clerk's users is not looked
 * at: roles belong to the host.
 *
 * @example
 * http.route({
 *   path: "/clerk",
 *   method: "POST",
 *   handler: httpAction(async (ctx, request) => {
 *     const payload = await verifyWebhook(request); // of @clerk/backend/webhooks; throws if forged
 *     const options = { issuer: process.env.CLERK_FRONTEND_API_URL!, headers: request.headers };
 *     await platform.userProfiles.applyEvent(ctx, clerkEvent(payload, options));
 *     return new Response();
 *   }),
 * });
 *
 * @param payload - what was verified: the whole body, or what Clerk's `verifyWebhook` leaves of it
 * @param issuer - Clerk's Frontend API URL, as in `auth.config.ts`
 * @param headers - of the request: they have the event's id and, where `verifyWebhook` has dropped
 *   the time of a deletion, when it was sent
 */
export function clerkEvent(
  payload: unknown,
  { issuer, headers }: { issuer: string; headers?: Pick<Headers, "get"> },
): ProfileEvent | null {
  const { type, data, timestamp } = readPayload(payload);
  const user = readPayload(data);
  const time = timestamp ?? headers?.get("svix-timestamp");
  const eventId = headers?.get("svix-id");
  const event = { provider: "clerk", issuer, subject: user.id, eventId };
  switch (type) {
    case "user.created":
    case "user.updated":
      // The state of the user, whenever the event about it was made.
      return anEvent({
        ...event,
        kind: "upserted",
        claims: claimsOf(user),
        time: user.updated_at ?? time,
      });
    case "user.deleted":
      // All that is left of the user is the id.
      return anEvent({ ...event, kind: "deleted", claims: {}, time });
    default:
      return null;
  }
}

function claimsOf(user: Payload) {
  const email = primaryOf(user.email_addresses, user.primary_email_address_id);
  const phone = primaryOf(user.phone_numbers, user.primary_phone_number_id);
  return {
    name: joinNames(user.first_name, user.last_name),
    username: user.username,
    email: email?.email_address,
    emailVerified: email && readPayload(email.verification).status === "verified",
    phone: phone?.phone_number,
    pictureUrl: user.image_url ?? user.profile_image_url,
    locale: user.locale,
  };
}

/** None, where the user has not said which one: any other may be one they no longer use. */
function primaryOf(all: unknown, id: unknown): Payload | undefined {
  return readList(all).find((each) => each.id === id && typeof id === "string");
}
