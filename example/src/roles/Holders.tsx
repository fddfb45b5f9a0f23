import type { Profile } from "convex-platform";
import { nameOf } from "../people/names";
import { RoleNames } from "../people/RoleNames";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { PermittedButton } from "../ui/PermittedButton";

type Props = {
  people: Profile[];
  onChange: (id: string) => void;
  /** `null`: there are no more. */
  onMore: (() => void) | null;
};

/** Who holds which role; a change begins here. */
export function Holders({ people, onChange, onMore }: Props) {
  return (
    <section aria-labelledby="holders" className="flex flex-col gap-3">
      <h2 id="holders" className="font-medium">
        Who has which role
      </h2>
      <ul className="rounded-md border border-line bg-surface">
        {people.map((profile) => (
          <li
            key={profile.id}
            className="flex items-center gap-3 border-b border-line px-4 py-3 last:border-b-0"
          >
            <Avatar name={nameOf(profile)} />
            <div className="grid min-w-0 flex-1 items-center gap-x-6 gap-y-1 md:grid-cols-2">
              <span className="wrap-anywhere">{nameOf(profile)}</span>
              <RoleNames grants={profile.grants} />
            </div>
            <PermittedButton
              permission="userProfiles.setRoles"
              onPress={() => onChange(profile.id)}
            >
              Change<span className="sr-only"> the roles of {nameOf(profile)}</span>
            </PermittedButton>
          </li>
        ))}
      </ul>
      {onMore && (
        <div className="flex justify-center">
          <Button onPress={onMore}>Show more people</Button>
        </div>
      )}
    </section>
  );
}
