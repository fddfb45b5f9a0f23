import { useConvexAuth } from "convex/react";
import { createContext, useCallback, useContext } from "react";
import type { Person } from "../../convex/people";

/** Who sits at this browser tab. Each tab has its own person, so that two can be watched side by side. */
export type Session = {
  person: Person | null;
  switchTo: (person: Person | null) => void;
};

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs a SessionProvider above it.");
  return session;
}

/** How the Convex client gets its tokens: from the demo's own sign-in, which asks for no password. */
export function useDemoAuth() {
  const { person } = useSession();
  const fetchAccessToken = useCallback(
    async () => (person ? await fetchToken(person) : null),
    [person],
  );
  return { isLoading: false, isAuthenticated: person !== null, fetchAccessToken };
}

/**
 * How far the sign-in has come, as the backend sees it.
 *
 * `refused`: somebody was chosen, and the backend does not accept the token.
 */
export function useSignIn(): "signedOut" | "signingIn" | "signedIn" | "refused" {
  const { person } = useSession();
  const { isLoading, isAuthenticated } = useConvexAuth();
  if (!person) return "signedOut";
  if (isLoading) return "signingIn";
  return isAuthenticated ? "signedIn" : "refused";
}

/** A token of the demo's sign-in; `null` when it does not know the person. */
export async function fetchToken({ subject }: Pick<Person, "subject">): Promise<string | null> {
  const response = await fetch(`/demo/token?subject=${subject}`, { method: "POST" });
  if (!response.ok) return null;
  const { token } = (await response.json()) as { token: string };
  return token;
}
