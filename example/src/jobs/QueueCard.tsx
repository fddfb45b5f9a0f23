import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { Pause, Play } from "lucide-react";
import { toast } from "../ui/toast";
import { usePlatformMutation } from "convex-platform/react";
import { api } from "../../convex/_generated/api";
import { PermittedButton } from "../ui/PermittedButton";
import { useLatest } from "../ui/useLatest";

const NAME = { name: "mail" } as const;

/** The queue with a cap: its places, who waits for one, and the brake. */
export function QueueCard() {
  const queue = useLatest(useQuery(api.jobs.queue, NAME) ?? undefined);
  return (
    <section
      aria-labelledby="queue"
      className="flex min-w-0 flex-col justify-between gap-3 rounded-md border border-line bg-surface p-4"
    >
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="queue" className="font-medium">
          Queue{" "}
          <Link
            to="/jobs"
            search={{ queue: "mail" }}
            className="mono underline-offset-2 hover:underline"
          >
            mail
          </Link>
        </h2>
        <p role="status" className="text-xs text-muted">
          {queue && (queue.isPaused ? "paused" : `${queue.maxParallelism} at a time`)}
        </p>
      </div>
      {queue ? (
        <>
          <Places {...queue} />
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-muted">
              {queue.running} running, {queue.waiting}
              {queue.isCut && "+"} waiting
            </p>
            <Brake isPaused={queue.isPaused} />
          </div>
        </>
      ) : (
        <div className="skeleton h-14" role="status" aria-label="Loading" />
      )}
    </section>
  );
}

type PlacesProps = { running: number; maxParallelism: number };

/** A box for each place; a full one is taken. */
function Places({ running, maxParallelism }: PlacesProps) {
  const taken = Math.min(running, maxParallelism);
  return (
    <div
      role="img"
      aria-label={`${taken} of ${maxParallelism} places are taken.`}
      className="flex gap-1.5"
    >
      {Array.from({ length: maxParallelism }, (_, i) => (
        <span
          key={i}
          className={`h-2 flex-1 rounded-sm ${i < taken ? "bg-accent" : "bg-sunken"}`}
        />
      ))}
    </div>
  );
}

function Brake({ isPaused }: { isPaused: boolean }) {
  const pausing = usePlatformMutation(api.jobs.pause);
  const resuming = usePlatformMutation(api.jobs.resume);
  const { run, isPending } = isPaused ? resuming : pausing;
  const press = async () => {
    const outcome = await run(NAME);
    if (!outcome.ok) toast.error(outcome.error.message);
  };
  const Icon = isPaused ? Play : Pause;
  return (
    <PermittedButton permission="jobs.pause" isPending={isPending} onPress={() => void press()}>
      <Icon aria-hidden className="size-4" />
      {isPaused ? "Resume" : "Pause"}
    </PermittedButton>
  );
}
