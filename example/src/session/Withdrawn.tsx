import { UserRoundX } from "lucide-react";
import { Notice } from "../ui/Notice";

/** What somebody sees whose access was taken away, also while they were looking. */
export function Withdrawn({ name }: { name: string }) {
  return (
    <Notice icon={UserRoundX} title={`${name} has no access at the moment.`}>
      <p>
        An administrator has suspended or removed this person. The sign-in is valid, and still
        nothing is shown and every write is refused.
      </p>
    </Notice>
  );
}
