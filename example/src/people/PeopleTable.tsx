import type { Profile } from "convex-platform";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import { Ago } from "../ui/Ago";
import { Avatar } from "../ui/Avatar";
import { table, TableFrame } from "../ui/Table";
import { lastSync, nameOf, sourcesOf } from "./names";
import { PersonStatus } from "./PersonStatus";
import { RoleNames } from "./RoleNames";

type Props = {
  people: Profile[];
  /** The id of the profile that is open. */
  openPerson: string | undefined;
  onOpen: (id: string) => void;
};

/** People, one a row; a row opens its profile. */
export function PeopleTable({ people, openPerson, onOpen }: Props) {
  return (
    <TableFrame rows={people.length}>
      <Table aria-label="People" className={table.root} onRowAction={(key) => onOpen(String(key))}>
        <TableHeader className={table.head}>
          <Column isRowHeader className={table.column}>
            Person
          </Column>
          <Column className={table.column}>Roles</Column>
          <Column className={`${table.column} max-lg:hidden`}>Source</Column>
          <Column className={table.column}>Last sync</Column>
          <Column className={table.column}>Status</Column>
        </TableHeader>
        <TableBody className={table.body} items={people} dependencies={[openPerson]}>
          {(profile) => (
            <Row
              id={profile.id}
              textValue={nameOf(profile)}
              className={`${table.row} cursor-pointer max-md:grid-cols-[minmax(0,1fr)_auto] ${profile.id === openPerson ? "bg-sunken" : ""}`}
            >
              <Cell className={`${table.cell} max-md:row-span-2 max-md:min-w-0`}>
                <PersonName profile={profile} />
              </Cell>
              <Cell className={`${table.cell} max-md:text-right`}>
                <RoleNames grants={profile.grants} />
              </Cell>
              <Cell className={`${table.cell} text-muted max-lg:hidden`}>{sourcesOf(profile)}</Cell>
              <Cell className={`${table.cell} text-muted max-md:hidden`}>
                <Ago at={lastSync(profile)} />
              </Cell>
              <Cell className={`${table.cell} text-muted max-md:text-right`}>
                <PersonStatus status={profile.status} />
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
    </TableFrame>
  );
}

function PersonName({ profile }: { profile: Profile }) {
  const name = nameOf(profile);
  return (
    <span className="flex items-center gap-3">
      <Avatar name={name} isMuted={profile.status !== "active"} />
      <span className="min-w-0">
        <span className="block wrap-anywhere">{name}</span>
        <span className="block text-muted wrap-anywhere max-md:truncate">
          {profile.email ?? "no e-mail"}
        </span>
      </span>
    </span>
  );
}
