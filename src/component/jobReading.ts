import type { Key } from "../shared/cursors.js";
import { decodeBatchId, endOfPrefix, type JobKey } from "../shared/jobIds.js";
import { withinSegment, type List, type Segment } from "../shared/pages.js";
import type { JobFilter } from "../shared/jobs.js";
import type { Doc } from "./_generated/dataModel.js";
import type { QueryCtx } from "./functions.js";

/** Lists of jobs: each is an index range. */

type Row = Doc<"jobs">;

/** The list that a checked filter asks for. */
export function listOf(ctx: QueryCtx, filter: JobFilter): List<Row> {
  const { status, queue, name, actorId, batchId } = filter;
  const binding = { list: "jobs", ...filter };
  if (status !== undefined) return byStatus(ctx, binding, status, filter.order ?? "asc");
  if (actorId !== undefined) return byActor(ctx, binding, actorId, filter.order ?? "desc");
  if (batchId !== undefined) return byBatch(ctx, binding, batchId, filter.order ?? "asc");
  if (name !== undefined) {
    return byName(ctx, binding, { queue: queue!, name }, filter.order ?? "desc");
  }
  return byQueue(ctx, binding, queue!, filter.order ?? "desc");
}

type Binding = List<Row>["binding"];
type Order = "asc" | "desc";

function byStatus(
  ctx: QueryCtx,
  binding: Binding,
  status: NonNullable<JobFilter["status"]>,
  order: Order,
): List<Row> {
  return {
    binding,
    order,
    range: {},
    key: (row) => row.wakeAt,
    open: (segment) =>
      ctx.db
        .query("jobs")
        .withIndex("by_status", (q) => withinSegment(q.eq("status", status), "wakeAt", segment))
        .order(order),
  };
}

function byActor(ctx: QueryCtx, binding: Binding, actorId: string, order: Order): List<Row> {
  return {
    binding,
    order,
    range: {},
    key: (row) => row.id,
    open: (segment) =>
      ctx.db
        .query("jobs")
        .withIndex("by_actor", (q) => withinSegment(q.eq("actor.id", actorId), "id", segment))
        .order(order),
  };
}

function byName(
  ctx: QueryCtx,
  binding: Binding,
  { queue, name }: Pick<JobKey, "queue" | "name">,
  order: Order,
): List<Row> {
  return {
    binding,
    order,
    range: {},
    key: (row) => row.id,
    open: (segment) =>
      ctx.db
        .query("jobs")
        .withIndex("by_queue", (q) =>
          withinSegment(q.eq("queue", queue).eq("name", name), "id", segment),
        )
        .order(order),
  };
}

function byBatch(ctx: QueryCtx, binding: Binding, batchId: string, order: Order): List<Row> {
  const batch = decodeBatchId(batchId);
  if (!batch) return NOTHING(binding, order);
  return {
    ...byName(ctx, binding, batch, order),
    range: { from: batch.id, to: endOfPrefix(batch.id) },
  };
}

function NOTHING(binding: Binding, order: Order): List<Row> {
  return {
    binding,
    order,
    range: {},
    key: (row) => row.id,
    open: () => ({ take: async () => [] }),
  };
}

/**
 * The handlers of a queue one after the other. Name and id are one key for the page, and two fields
 * of the index: from a place amid a handler it takes the rest of that, and then the others.
 */
function byQueue(ctx: QueryCtx, binding: Binding, queue: string, order: Order): List<Row> {
  return {
    binding,
    order,
    range: {},
    key: (row) => joinKey(row),
    open: (segment) => ({
      take: async (count) => {
        const rows: Row[] = [];
        for (const range of rangesOf(segment, order)) {
          if (rows.length === count) break;
          const found = ctx.db.query("jobs").withIndex("by_queue", (q) => {
            const inQueue = q.eq("queue", queue);
            return range.name === undefined
              ? withinSegment(inQueue, "name", range.segment)
              : withinSegment(inQueue.eq("name", range.name), "id", range.segment);
          });
          rows.push(...(await found.order(order).take(count - rows.length)));
        }
        return rows;
      },
    }),
  };
}

/** A name, then its ids: `~` is in neither. */
function joinKey({ name, id }: Pick<Row, "name" | "id">): string {
  return `${name}~${id}`;
}

function splitKey(key: Key): { name: string; id: string } {
  const [name = "", id = ""] = String(key).split("~");
  return { name, id };
}

type KeysSegment = Extract<Segment, { kind: "keys" }>;
type QueueRange = { name?: string; segment: KeysSegment };

function rangesOf(segment: Segment, order: Order): QueueRange[] {
  // No two rows have one key, so no page ends amid one.
  if (segment.kind === "ties") return [];
  const { lower, upper } = segment;
  const low = lower && { ...splitKey(lower.value), inclusive: lower.inclusive };
  const high = upper && { ...splitKey(upper.value), inclusive: upper.inclusive };
  const idsFrom = low && { lower: { value: low.id, inclusive: low.inclusive } };
  const idsTo = high && { upper: { value: high.id, inclusive: high.inclusive } };
  if (low && high && low.name === high.name) {
    return [{ name: low.name, segment: { kind: "keys", ...idsFrom, ...idsTo } }];
  }
  const between: KeysSegment = {
    kind: "keys",
    ...(low && { lower: { value: low.name, inclusive: false } }),
    ...(high && { upper: { value: high.name, inclusive: false } }),
  };
  const ranges: QueueRange[] = [
    ...(low ? [{ name: low.name, segment: { kind: "keys" as const, ...idsFrom } }] : []),
    { segment: between },
    ...(high ? [{ name: high.name, segment: { kind: "keys" as const, ...idsTo } }] : []),
  ];
  return order === "asc" ? ranges : ranges.reverse();
}
