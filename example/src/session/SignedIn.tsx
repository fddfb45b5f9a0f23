import { useMutation } from "convex/react";
import { DoorClosed, KeyRound } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { api } from "../../convex/_generated/api";
import { PEOPLE, type Person } from "../../convex/people";
import { attempt } from "../errors";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { useMe } from "./permission";
import { useSession, useSignIn } from "./session";
import { Withdrawn } from "./Withdrawn";

/** The dev server made the keys when it started. */
const TELL_KEY = `node -p "require('./example/.demo-keys.json').jwks" | npx convex env set DEMO_JWKS`;

type Props = { skeleton: ReactNode; children: ReactNode };

/**
 * What only people who are signed in see.
 *
 * This is a courtesy: the backend's queries show strangers an empty page, with or without it.
 */
export function SignedIn({ skeleton, children }: Props) {
  const signIn = useSignIn();
  const me = useMe();
  const { person } = useSession();
  const isSynced = useSync(signIn === "signedIn");
  if (signIn === "signedIn" && person) {
    // Whoever comes for the first time has no profile until the sync has made one.
    if (me.status === "unknown") return isSynced ? <Withdrawn name={person.name} /> : skeleton;
    return children;
  }
  if (signIn === "signingIn") return skeleton;
  if (signIn === "refused") {
    return (
      <Notice icon={KeyRound} title="The backend did not accept the sign-in.">
        <p>A deployment has to know the demo's public key. Tell it once:</p>
        <code className="mono wrap-anywhere text-ink">{TELL_KEY}</code>
      </Notice>
    );
  }
  return (
    <Notice icon={DoorClosed} title="Nobody is signed in.">
      <p>Strangers see nothing here, and whatever they try to write is refused.</p>
      <SignInButtons />
    </Notice>
  );
}

/**
 * Tells the backend after each sign-in who it is; whoever it knows already costs it one read.
 *
 * @returns whether it has answered
 */
function useSync(isSignedIn: boolean): boolean {
  const { person } = useSession();
  const [synced, setSynced] = useState<Person | null>(null);
  const sync = useMutation(api.userProfiles.sync);
  useEffect(() => {
    if (!isSignedIn || !person) return;
    // A refusal needs no toast: the screen says that access was withdrawn.
    void attempt(() => sync({})).then(() => setSynced(person));
  }, [isSignedIn, person, sync]);
  return synced !== null && synced === person;
}

function SignInButtons() {
  const { switchTo } = useSession();
  return (
    <div className="flex flex-wrap justify-center gap-2">
      {PEOPLE.map((person) => (
        <Button key={person.subject} onPress={() => switchTo(person)}>
          Sign in as {person.name}
        </Button>
      ))}
    </div>
  );
}
