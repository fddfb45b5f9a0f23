import { getRouteApi, Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import type { ProfileStatus } from "convex-platform";
import { usePage } from "convex-platform/react";
import { Search, Users } from "lucide-react";
import { lazy, Suspense } from "react";
import { Input, Label, SearchField } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { SignedIn } from "../session/SignedIn";
import { Button } from "../ui/Button";
import { boxClass } from "../ui/fieldClasses";
import { Notice } from "../ui/Notice";
import { PageHeader } from "../ui/PageHeader";
import { patiently } from "../ui/patiently";
import { TableSkeleton } from "../ui/Table";
import { LONGEST_WORDS, useTyped } from "../ui/useTyped";
import { tabClass } from "../ui/tabClass";
import { useLatest } from "../ui/useLatest";
import { PeopleTable } from "./PeopleTable";
import { PERSON_STATUSES } from "./PersonStatus";
import { STATUSES, type PeopleSearch } from "./search";

const PAGE_SIZE = 25;
/** With its forms it weighs more than the list. */
const PersonDrawer = lazy(() => patiently(() => import("./PersonDrawer")));
const route = getRouteApi("/people");

export function PeopleScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title="People"
        subtitle="Everybody who may come in, as their identity providers describe them."
      />
      <SignedIn skeleton={<TableSkeleton label="Loading people" />}>
        <People />
      </SignedIn>
    </div>
  );
}

function People() {
  const { status = "active", words = "", person } = route.useSearch();
  const navigate = route.useNavigate();
  const asked = words.trim();
  const open = (id: string | undefined) =>
    void navigate({
      search: ({ person: _, ...search }) => ({
        ...search,
        ...(id !== undefined && { person: id }),
      }),
      resetScroll: false,
    });
  return (
    <>
      <div className="flex items-end justify-between gap-x-6 gap-y-4 border-b border-line max-md:flex-col-reverse max-md:items-stretch">
        <StatusTabs />
        <WordsField
          words={words}
          onChange={(wanted) =>
            void navigate({
              search: ({ words: _, ...search }) => ({
                ...search,
                ...(wanted !== "" && { words: wanted }),
              }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </div>
      {asked === "" ? (
        <AllPeople status={status} openPerson={person} onOpen={open} />
      ) : (
        <FoundPeople key={status} status={status} words={asked} openPerson={person} onOpen={open} />
      )}
      <Suspense>
        {person !== undefined && <PersonDrawer id={person} onClose={() => open(undefined)} />}
      </Suspense>
    </>
  );
}

type ListProps = {
  status: ProfileStatus;
  openPerson: string | undefined;
  onOpen: (id: string) => void;
};

function AllPeople({ status, ...table }: ListProps) {
  const {
    results,
    status: loading,
    loadMore,
  } = usePage(api.userProfiles.list, { status }, { initialNumItems: PAGE_SIZE });
  if (loading === "LoadingFirstPage") return <TableSkeleton label="Loading people" />;
  if (results.length === 0) {
    return (
      <Notice
        icon={Users}
        title={`Nobody is ${PERSON_STATUSES[status].label.toLowerCase()} at the moment.`}
      />
    );
  }
  return (
    <>
      <PeopleTable people={results} {...table} />
      {loading !== "Exhausted" && (
        <div className="flex justify-center">
          <Button isPending={loading === "LoadingMore"} onPress={() => loadMore()}>
            Show more people
          </Button>
        </div>
      )}
    </>
  );
}

function FoundPeople({ status, words, ...table }: ListProps & { words: string }) {
  const answer = useQuery(api.userProfiles.search, { words, status }) ?? undefined;
  const found = useLatest(answer);
  if (found && found.length > 0) return <PeopleTable people={found} {...table} />;
  // That nobody was called the last words says nothing of these.
  if (answer === undefined) return <TableSkeleton rows={3} label="Searching people" />;
  const { label } = PERSON_STATUSES[status];
  return (
    <Notice icon={Search} title={`No name or e-mail begins with “${words}”.`}>
      <p>Searched were those who are {label.toLowerCase()}.</p>
    </Notice>
  );
}

function StatusTabs() {
  return (
    <nav aria-label="Status" className="flex gap-1">
      {STATUSES.map((status) => (
        <Link
          key={status}
          to="/people"
          // Named although absent, so that it counts; who is open does not.
          search={({ words }) =>
            ({
              ...(words !== undefined && { words }),
              status: status === "active" ? undefined : status,
            }) as PeopleSearch
          }
          activeOptions={{ includeSearch: true, explicitUndefined: true }}
          className={tabClass}
        >
          {PERSON_STATUSES[status].label}
        </Link>
      ))}
    </nav>
  );
}

type WordsProps = { words: string; onChange: (words: string) => void };

function WordsField({ words, onChange }: WordsProps) {
  const [typed, type] = useTyped(words, onChange);
  return (
    <SearchField value={typed} onChange={type} className="relative md:w-64 md:pb-2">
      <Label className="sr-only">Search people</Label>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted"
      />
      <Input
        placeholder="Name or e-mail"
        maxLength={LONGEST_WORDS}
        className={`${boxClass} pl-9`}
      />
    </SearchField>
  );
}
