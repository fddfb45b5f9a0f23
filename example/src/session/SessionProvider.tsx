import { useMemo, useState, type ReactNode } from "react";
import { PEOPLE, type Person } from "../../convex/people";
import { SessionContext } from "./session";

const STORAGE_KEY = "ledgerline:person";
const NOBODY = "nobody";

/** Remembers the chosen person across reloads of this tab. A new tab starts as the first one, Ada. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [person, setPerson] = useState<Person | null>(recall);
  const session = useMemo(
    () => ({
      person,
      switchTo: (next: Person | null) => {
        sessionStorage.setItem(STORAGE_KEY, next?.subject ?? NOBODY);
        setPerson(next);
      },
    }),
    [person],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

function recall(): Person | null {
  const subject = sessionStorage.getItem(STORAGE_KEY);
  if (subject === NOBODY) return null;
  return PEOPLE.find((person) => person.subject === subject) ?? PEOPLE[0];
}
