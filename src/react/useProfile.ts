import { useQuery } from "convex/react";
import type { FunctionReference } from "convex/server";
import type { Profile } from "../shared/userProfiles.js";

/** The `me` of `platform.api`, or a query of the host that answers the same. */
export type ProfileQuery = FunctionReference<"query", "public", NoArgs, Profile | null>;
type NoArgs = Record<string, never>;

/** What {@link useProfile} gives. `unknown`: nobody is signed in, or the person was never synced. */
export type CurrentProfile =
  | { profile: undefined; status: "loading" }
  | { profile: null; status: "unknown" }
  | { profile: Profile; status: Profile["status"] };

/**
 * The profile of whoever is signed in, live: what an administrator changes is there at once.
 *
 * Before the app has called the `sync` of `platform.api` for the first time there is none; call it
 * after each sign-in.
 *
 * @param args - `"skip"` while it is not settled who is signed in: `loading`
 * @example
 * const me = useProfile(api.platform.me);
 * if (me.status === "suspended") return <p>{me.profile.suspension?.reason}</p>;
 */
export function useProfile(me: ProfileQuery, args: NoArgs | "skip" = {}): CurrentProfile {
  const profile = useQuery(me, args);
  const status = profile === undefined ? "loading" : (profile?.status ?? "unknown");
  return { profile, status } as CurrentProfile;
}
