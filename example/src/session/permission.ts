import { useQuery } from "convex/react";
import type { Profile } from "convex-platform";
import { api } from "../../convex/_generated/api";
import type { Permission } from "../../convex/roles";
import { listed, wordsOf } from "../roles/words";
import { access } from "./access";
import { useSignIn } from "./session";

/** Whether a button works, or why not. */
export type Allowance = { isAllowed: true } | { isAllowed: false; reason: string };

/** The profile of whoever is signed in, live. `undefined` while it loads; `null`: nobody the desk lets in. */
export function useMe(): Profile | null | undefined {
  const signIn = useSignIn();
  const me = useQuery(api.userProfiles.me, signIn === "signedIn" ? {} : "skip");
  return signIn === "signedIn" || signIn === "signingIn" ? me : null;
}

/** What the backend is going to answer, told beforehand; a role given elsewhere counts at once. */
export function usePermission(permission: Permission): Allowance {
  const me = useMe();
  if (me === undefined) return { isAllowed: false, reason: "One moment." };
  if (me === null) return { isAllowed: false, reason: "Sign in first." };
  const explanation = access.explain(me.grants, permission);
  if (explanation.allowed) return { isAllowed: true };
  const mine = listed(me.grants.map(({ role }) => role));
  const needed = listed(
    explanation.grantedBy.map(({ role }) => role),
    "or",
  );
  const standing = mine === "" ? "Without a role" : `As ${mine}`;
  const reason = `${standing} you may not ${wordsOf(permission)}. It takes the role ${needed}.`;
  return { isAllowed: false, reason };
}
