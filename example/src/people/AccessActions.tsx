import { useMutation } from "convex/react";
import type { Profile } from "convex-platform";
import { usePlatformMutation } from "convex-platform/react";
import { CirclePause, RotateCcw, UserRoundX } from "lucide-react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { PermittedButton } from "../ui/PermittedButton";
import { nameOf } from "./names";
import { WithReason } from "./WithReason";

/** What one can do about somebody's access, as their status allows. */
export function AccessActions({ profile }: { profile: Profile }) {
  switch (profile.status) {
    case "active":
      return (
        <>
          <Suspend profile={profile} />
          <Remove profile={profile} />
        </>
      );
    case "suspended":
      return (
        <>
          <LetIn profile={profile} />
          <Remove profile={profile} />
        </>
      );
    case "deleted":
      return profile.removal && !isGone(profile) ? (
        <Restore profile={profile} />
      ) : (
        <LetIn profile={profile} />
      );
  }
}

function Suspend({ profile }: { profile: Profile }) {
  const suspend = useMutation(api.userProfiles.suspend);
  const name = nameOf(profile);
  return (
    <WithReason
      permission="userProfiles.suspend"
      label="Suspend"
      icon={CirclePause}
      title={`Suspend ${name}?`}
      consequence="They are kept out at once, however valid their sign-in, until somebody lets them in again."
      confirm={`Suspend ${name}`}
      act={(reason) => suspend({ id: profile.id, reason })}
      done={`${name} is suspended.`}
    />
  );
}

function Remove({ profile }: { profile: Profile }) {
  const remove = useMutation(api.userProfiles.remove);
  const name = nameOf(profile);
  return (
    <WithReason
      permission="userProfiles.remove"
      label="Remove"
      icon={UserRoundX}
      title={`Remove ${name}?`}
      consequence="They are kept out, and no sync of their provider brings them back. Nothing is lost: they can be restored."
      confirm={`Remove ${name}`}
      act={(reason) => remove({ id: profile.id, reason })}
      done={`${name} is removed.`}
    />
  );
}

function LetIn({ profile }: { profile: Profile }) {
  const { run, isPending } = usePlatformMutation(api.userProfiles.reactivate);
  const press = async () => {
    const outcome = await run({ id: profile.id });
    if (outcome.ok) toast.success(`${nameOf(profile)} may come in again.`);
    else toast.error(outcome.error.message);
  };
  return (
    <PermittedButton
      permission="userProfiles.suspend"
      isPending={isPending}
      onPress={() => void press()}
    >
      <RotateCcw aria-hidden className="size-4" />
      Reactivate
    </PermittedButton>
  );
}

function Restore({ profile }: { profile: Profile }) {
  const { run, isPending } = usePlatformMutation(api.userProfiles.restore);
  const press = async () => {
    const outcome = await run({ id: profile.id });
    if (outcome.ok) toast.success(`${nameOf(profile)} is back.`);
    else toast.error(outcome.error.message);
  };
  return (
    <PermittedButton
      permission="userProfiles.remove"
      isPending={isPending}
      onPress={() => void press()}
    >
      <RotateCcw aria-hidden className="size-4" />
      Restore
    </PermittedButton>
  );
}

/** At the provider: only reactivating overrules that. */
function isGone({ identities }: Profile): boolean {
  return identities.every(({ deletedAt }) => deletedAt !== undefined);
}
