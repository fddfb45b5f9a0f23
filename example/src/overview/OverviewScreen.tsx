import { SignedIn } from "../session/SignedIn";
import { PageHeader } from "../ui/PageHeader";
import { TableSkeleton } from "../ui/Table";
import { Figures } from "./Figures";
import { LatestEvents } from "./LatestEvents";
import { SealHealth } from "./SealHealth";

export function OverviewScreen() {
  return (
    <div className="flex flex-col gap-6">
      <PageHeader title="Overview" subtitle="The desk at a glance, live." />
      <SignedIn skeleton={<TableSkeleton label="Loading the overview" />}>
        <Figures />
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <LatestEvents />
          <SealHealth />
        </div>
      </SignedIn>
    </div>
  );
}
