import { useQuery } from "convex/react";
import type { Profile } from "convex-platform";
import { ShieldCheck } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Heading } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { RolesDialog } from "../roles/RolesDialog";
import { Ago } from "../ui/Ago";
import { Avatar } from "../ui/Avatar";
import { CloseButton, Drawer } from "../ui/Drawer";
import { PermittedButton } from "../ui/PermittedButton";
import { AccessActions } from "./AccessActions";
import { LastSync } from "./LastSync";
import { nameOf, sourceOf, type LinkedIdentity } from "./names";
import { NameForm } from "./NameForm";
import { PersonStatus } from "./PersonStatus";
import { RoleNames } from "./RoleNames";

type Props = { id: string; onClose: () => void };

/** One person with all that is known of them, beside the list. */
export default function PersonDrawer({ id, onClose }: Props) {
  return (
    <Drawer label="Person" isOpen onClose={onClose}>
      <PersonLoader key={id} id={id} onClose={onClose} />
    </Drawer>
  );
}

function PersonLoader({ id, onClose }: { id: string; onClose: () => void }) {
  const profile = useQuery(api.userProfiles.get, { id });
  const name = profile && nameOf(profile);
  return (
    <div className="flex flex-col gap-6 p-6">
      <div className="flex items-start justify-between gap-4">
        <div className="flex min-w-0 items-center gap-3">
          {name && <Avatar name={name} isMuted={profile.status !== "active"} />}
          <div className="min-w-0">
            <Heading slot="title" className="text-base font-semibold wrap-anywhere">
              {name ?? (profile === null ? "Not found" : "Loading")}
            </Heading>
            {profile?.email && <p className="text-muted wrap-anywhere">{profile.email}</p>}
          </div>
        </div>
        <CloseButton onPress={onClose} />
      </div>
      {profile === null && <p className="text-muted">There is nobody at this address.</p>}
      {profile && <Person profile={profile} />}
    </div>
  );
}

function Person({ profile }: { profile: Profile }) {
  const { suspension, removal } = profile;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <ChangeRoles profile={profile} />
        <AccessActions profile={profile} />
      </div>
      {suspension && <KeptOut word="Suspended" {...suspension} />}
      {removal && <KeptOut word="Removed" {...removal} />}
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
        <Detail name="Status">
          <PersonStatus status={profile.status} />
        </Detail>
        <Detail name="Roles">
          <RoleNames grants={profile.grants} />
        </Detail>
        {profile.phone && <Detail name="Phone">{profile.phone}</Detail>}
        {profile.locale && <Detail name="Language">{profile.locale}</Detail>}
        <Detail name="Here since">{formatMoment(profile.createdAt)}</Detail>
      </dl>
      <NameForm profile={profile} />
      <Section title={profile.identities.length === 1 ? "Account" : "Accounts"}>
        <ul className="flex flex-col gap-2">
          {profile.identities.map((identity) => (
            <Account key={identity.tokenIdentifier} identity={identity} />
          ))}
        </ul>
      </Section>
      <Section title="What the last sync changed">
        <LastSync id={profile.id} />
      </Section>
    </>
  );
}

function ChangeRoles({ profile }: { profile: Profile }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <PermittedButton permission="userProfiles.setRoles" onPress={() => setIsOpen(true)}>
        <ShieldCheck aria-hidden className="size-4" />
        Change roles
      </PermittedButton>
      {isOpen && <RolesDialog profile={profile} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function KeptOut({ word, at, reason }: { word: string; at: number; reason?: string | undefined }) {
  return (
    <div className="rounded-md border border-line bg-sunken px-4 py-3">
      <p className="font-medium">
        {word} <Ago at={at} />
      </p>
      {reason && <p className="mt-1 text-muted wrap-anywhere">“{reason}”</p>}
    </div>
  );
}

function Account({ identity }: { identity: LinkedIdentity }) {
  const { tokenIdentifier, syncedAt, version, deletedAt } = identity;
  return (
    <li className="rounded-md border border-line px-4 py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span>{sourceOf(identity)}</span>
        <span className="text-muted">
          synced <Ago at={syncedAt} />
        </span>
      </p>
      <p className="mono mt-1 text-muted wrap-anywhere">{tokenIdentifier}</p>
      {version !== undefined && (
        <p className="mt-1 text-muted">As the provider had it on {formatMoment(version)}</p>
      )}
      {deletedAt !== undefined && (
        <p className="mt-1">Deleted at the provider on {formatMoment(deletedAt)}</p>
      )}
    </li>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}
