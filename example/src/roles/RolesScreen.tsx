import { getRouteApi } from "@tanstack/react-router";
import { usePage } from "convex-platform/react";
import { api } from "../../convex/_generated/api";
import { SignedIn } from "../session/SignedIn";
import { PageHeader } from "../ui/PageHeader";
import { TableSkeleton } from "../ui/Table";
import { Holders } from "./Holders";
import { Matrix } from "./Matrix";
import { RolesDialog } from "./RolesDialog";

const PAGE_SIZE = 50;
const route = getRouteApi("/roles");

export function RolesScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title="Roles"
        subtitle="Who may do what. Backend and browser read this from the same declaration."
      />
      <SignedIn skeleton={<TableSkeleton label="Loading roles" />}>
        <Roles />
      </SignedIn>
    </div>
  );
}

function Roles() {
  const { person } = route.useSearch();
  const navigate = route.useNavigate();
  const { results, status, loadMore } = usePage(
    api.userProfiles.list,
    { status: "active" },
    { initialNumItems: PAGE_SIZE },
  );
  const open = (id: string | undefined) =>
    void navigate({ search: id === undefined ? {} : { person: id }, resetScroll: false });
  const changing = results.find(({ id }) => id === person);
  return (
    <div className="flex flex-col gap-10">
      <Matrix />
      {status === "LoadingFirstPage" ? (
        <TableSkeleton rows={3} label="Loading people" />
      ) : (
        <Holders
          people={results}
          onChange={open}
          onMore={status === "CanLoadMore" ? () => loadMore() : null}
        />
      )}
      {changing && <RolesDialog profile={changing} onClose={() => open(undefined)} />}
    </div>
  );
}
