import { joinNames } from "../identityClaims.js";
import type { ProfileEvent } from "../userProfiles.js";
import { anEvent, readPayload } from "./payloads.js";

/**
 * The event in a webhook or in the Events API of WorkOS: `user.created`, `user.updated` and
 * `user.deleted`; `null` for every other. Verify a webhook first, with WorkOS' library.
 *
 * Takes payloads as they arrive, with names_like_this, and as WorkOS' SDK gives them.
 *
 * @example
 * const payload = await workos.webhooks.constructEvent({ payload: body, sigHeader, secret });
 * await platform.userProfiles.applyEvent(ctx, workosEvent(payload, { issuer }));
 *
 * @param issuer - as in `auth.config.ts`: `https://api.workos.com/user_management/client_…`
 */
export function workosEvent(payload: unknown, { issuer }: { issuer: string }): ProfileEvent | null {
  const { event: type, id: eventId, data, ...rest } = readPayload(payload);
  const user = readPayload(data);
  const event = { provider: "workos", issuer, subject: user.id, eventId };
  const createdAt = rest.created_at ?? rest.createdAt;
  switch (type) {
    case "user.created":
    case "user.updated":
      return anEvent({
        ...event,
        kind: "upserted",
        claims: {
          name: joinNames(user.first_name ?? user.firstName, user.last_name ?? user.lastName),
          email: user.email,
          emailVerified: user.email_verified ?? user.emailVerified,
          pictureUrl: user.profile_picture_url ?? user.profilePictureUrl,
          locale: user.locale,
        },
        time: user.updated_at ?? user.updatedAt ?? createdAt,
      });
    case "user.deleted":
      // It has the user's last state too, with a time from before the deletion.
      return anEvent({ ...event, kind: "deleted", claims: {}, time: createdAt });
    default:
      return null;
  }
}
