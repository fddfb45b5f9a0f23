import type { Permission } from "../../convex/roles";
import { usePermission as useAnswer, useProfile, type CurrentProfile } from "convex-platform/react";
import { api } from "../../convex/_generated/api";
import { listed, wordsOf } from "../roles/words";
import { access } from "./access";
import { useSignIn } from "./session";

/** Whether a button works, or why not. */
export type Allowance = { isAllowed: true } | { isAllowed: false; reason: string };

/** The profile of whoever is signed in, live. */
export function useMe(): CurrentProfile {
  const signIn = useSignIn();
  return useProfile(api.userProfiles.me, signIn === "signedIn" ? {} : "skip");
}

/** What the backend is going to answer, told beforehand; a role given elsewhere counts at once. */
export function usePermission(permission: Permission): Allowance {
  const me = useMe();
  const answer = useAnswer(access, me, permission);
  if (answer.allowed) return { isAllowed: true };
  if (me.status === "loading") return { isAllowed: false, reason: "One moment." };
  if (me.status === "unknown") return { isAllowed: false, reason: "Sign in first." };
  const mine = listed(me.profile.grants.map(({ role }) => role));
  const needed = listed(
    answer.grantedBy.map(({ role }) => role),
    "or",
  );
  const standing = mine === "" ? "Without a role" : `As ${mine}`;
  const reason = `${standing} you may not ${wordsOf(permission)}. It takes the role ${needed}.`;
  return { isAllowed: false, reason };
}
