import fc from "fast-check";
import type { GenericMutationCtx } from "convex/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isPlatformError } from "../../src/shared/errors.js";
import { DAY_MS } from "../../src/shared/trashRules.js";
import { NOON } from "../factories.js";
import {
  aTrashHost,
  inHost,
  platform,
  RETENTION_DAYS,
  trashRef,
  type DataModel,
  type TrashHost,
} from "./trashHost.js";
import { toLine, TrashModel, type ModelOperation, type ModelTable } from "./trashModel.js";

/** The trash against a model of it, over random histories. */

afterEach(() => void vi.useRealTimers());

const TABLES = ["customers", "invoices", "lines", "payments", "notes", "folders"] as const;
const PARENT: Partial<Record<ModelTable, { table: ModelTable; field: string }>> = {
  invoices: { table: "customers", field: "customerId" },
  lines: { table: "invoices", field: "invoiceId" },
  payments: { table: "invoices", field: "invoiceId" },
  notes: { table: "invoices", field: "invoiceId" },
  folders: { table: "folders", field: "folderId" },
};

/** `pick` chooses one of what there is at that moment. */
type Command =
  | { do: "create"; table: ModelTable; pick: number; number: string }
  | { do: "softDelete" | "erase" | "close"; pick: number }
  | { do: "restore" | "hold" | "release" | "purge"; pick: number }
  | { do: "restoreAll"; order: number }
  | { do: "pass"; days: number };

const pick = fc.nat(1000);
const create = fc.record({
  do: fc.constant("create" as const),
  table: fc.constantFrom(...TABLES),
  pick,
  number: fc.constantFrom("1", "2", "3", "4", "5", "6"),
});
const commands = fc
  .tuple(
    fc.array(create, { minLength: 4, maxLength: 10 }),
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: create },
        { weight: 6, arbitrary: fc.record({ do: fc.constant("softDelete" as const), pick }) },
        { weight: 5, arbitrary: fc.record({ do: fc.constant("restore" as const), pick }) },
        { weight: 1, arbitrary: fc.record({ do: fc.constant("hold" as const), pick }) },
        { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), pick }) },
        { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const), pick }) },
        { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), pick }) },
        // A folder into one of its own: a circle.
        { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), pick }) },
        {
          weight: 1,
          arbitrary: fc.record({ do: fc.constant("restoreAll" as const), order: pick }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            do: fc.constant("pass" as const),
            days: fc.constantFrom(1, RETENTION_DAYS - 1, RETENTION_DAYS),
          }),
        },
      ),
      { minLength: 4, maxLength: 14 },
    ),
  )
  .map(([first, then]): Command[] => [...first, ...then]);

type Ctx = GenericMutationCtx<DataModel>;
type Rows = { _id: string; deletedAt?: number }[];

/** One history, played on the host and on the model; after each command both say the same. */
class History {
  private readonly ctx: Ctx;
  private readonly model = new TrashModel(RETENTION_DAYS * DAY_MS);

  constructor(ctx: Ctx) {
    this.ctx = ctx;
  }

  async play(commands: Command[]): Promise<void> {
    for (const command of commands) await this.perform(command);
    expect(await this.snapshot()).toEqual(this.model.snapshot());
  }

  /** Removes all rows, for the next history. */
  async clear(): Promise<void> {
    const ids = [...this.model.rows.keys()];
    await Promise.all(ids.map((id) => this.ctx.db.delete(id as never)));
  }

  private async perform(command: Command): Promise<void> {
    const { model, ctx } = this;
    const { trash } = platform;
    switch (command.do) {
      case "create":
        return await this.create(command);
      case "softDelete": {
        const row = choose(
          [...model.rows.values()].filter(({ table }) => table !== "notes"),
          command.pick,
        );
        if (!row) return;
        const { table, id } = row;
        const asked = trash.softDelete(ctx, table as "folders", id as never);
        const [status, result] = await outcome(asked);
        expect(status).toBe(model.softDelete(id, Date.now()));
        if (status === "trashed") await this.compareItems(result!["operationId"] as string);
        return;
      }
      case "restore":
        return await this.act(command.pick, (operation) => [
          trash.restore(ctx, operation.id),
          model.restore(operation, Date.now()),
        ]);
      case "restoreAll":
        return await this.restoreAll(command.order);
      case "hold":
        return await this.act(command.pick, (operation) => [
          trash.hold(ctx, operation.id, { reason: "a lawsuit" }),
          model.hold(operation),
        ]);
      case "release":
        return await this.act(command.pick, (operation) => [
          trash.release(ctx, operation.id, { reason: "it is over" }),
          model.release(operation),
        ]);
      case "purge":
        return await this.act(command.pick, (operation) => [
          trash.purge(ctx, operation.id),
          model.purge(operation),
        ]);
      case "erase": {
        const row = choose([...model.rows.values()], command.pick);
        if (!row) return;
        await ctx.db.delete(row.id as never);
        model.erase(row.id);
        return;
      }
      case "close":
        return await this.close(command.pick);
      case "pass":
        vi.setSystemTime(Date.now() + command.days * DAY_MS);
        await ctx.runMutation(trashRef.purge, {});
        model.purgeDue(Date.now());
    }
  }

  private async create({ table, pick, number }: Command & { do: "create" }): Promise<void> {
    const { table: parentTable, field } = PARENT[table] ?? {};
    const parents = [...this.model.rows.values()].filter((row) => row.table === parentTable);
    const parent = choose([...parents, undefined], pick)?.id;
    if (parent === undefined && (table === "lines" || table === "payments")) return;
    const fields = {
      ...(table === "invoices" && { number }),
      ...((table === "customers" || table === "folders") && { name: "A" }),
      ...((table === "lines" || table === "notes") && { text: "A" }),
      ...(field !== undefined && parent !== undefined && { [field]: parent }),
    };
    const id = await this.ctx.db.insert(table, fields as never);
    this.model.create({ id, table, parent, number });
  }

  private async close(pick: number): Promise<void> {
    const folders = [...this.model.rows.values()].filter(({ table }) => table === "folders");
    const folder = choose(
      folders.filter(({ isTrashed }) => !isTrashed),
      pick,
    );
    if (!folder) return;
    folder.parent = choose(folders, pick + 1)!.id;
    await this.ctx.db.patch(folder.id as never, { folderId: folder.parent } as never);
  }

  private async act(
    pick: number,
    on: (operation: ModelOperation) => [Promise<unknown>, string],
  ): Promise<void> {
    const operation = choose(this.model.operations, pick);
    if (!operation) return;
    const [actual, expected] = on(operation);
    expect((await outcome(actual))[0]).toBe(expected);
  }

  private async restoreAll(order: number): Promise<void> {
    const all = this.model.operations.filter(({ state }) => state !== "purged");
    const shuffled = all
      .map((operation, i) => [((i + 1) * (order + 7919)) % 101, operation] as const)
      .sort(([a], [b]) => a - b)
      .map(([, operation]) => operation);
    const ids = shuffled.map(({ id }) => id);
    const expected = this.model.restoreMany(shuffled, Date.now());
    const results = await platform.trash.restoreMany(this.ctx, ids);
    expect(results.map(({ status, error }) => error?.code ?? status)).toEqual(expected);
  }

  private async compareItems(operationId: string): Promise<void> {
    const operation = this.model.operations.at(-1)!;
    operation.id = operationId;
    const { page } = await platform.trash.listOperation(this.ctx, operationId, {
      numItems: 100,
      cursor: null,
    });
    const members = operation.members.slice(1).map(({ id, isDetached }) => ({ id, isDetached }));
    expect(page.map(({ id, detached }) => ({ id, isDetached: detached !== undefined }))).toEqual(
      members,
    );
  }

  private async snapshot(): Promise<string[]> {
    const { db } = this.ctx;
    const found = await Promise.all(
      TABLES.map(async (table) => {
        const rows = (await db.query(table).collect()) as Rows;
        return rows.map((row) => {
          const parent = (row as Record<string, unknown>)[PARENT[table]?.field ?? ""] as string;
          const isTrashed = row.deletedAt !== undefined;
          return toLine({ table, id: row._id, parent, isTrashed });
        });
      }),
    );
    return found.flat().sort();
  }
}

/** The status of what is done, or the code of why not. */
async function outcome(work: Promise<unknown>): Promise<[string, Record<string, unknown>?]> {
  try {
    const result = await work;
    if (typeof result === "boolean") return [String(result)];
    const all = result as { status: string };
    return [all.status, all];
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    return [error.data.code];
  }
}

function choose<Item>(from: Item[], pick: number): Item | undefined {
  return from.length === 0 ? undefined : from[pick % from.length];
}

/** Histories that share a host: convex-test looks at all rows of a table for each range. */
const HISTORIES_PER_HOST = 20;

/** Ten seconds of work; a machine that does much else takes many times as long. */
const BUSY_MACHINE_MS = 300_000;

describe("the trash", () => {
  test(
    "does what the model does, in 2,000 histories",
    async () => {
      let h: TrashHost | undefined;
      let played = 0;
      await fc.assert(
        fc.asyncProperty(commands, async (history) => {
          if (played++ % HISTORIES_PER_HOST === 0) h = aTrashHost();
          vi.setSystemTime(NOON);
          await inHost(h!, async (ctx) => {
            const all = new History(ctx);
            await all.play(history);
            await all.clear();
          });
        }),
        { numRuns: 2000, seed: 20260115 },
      );
      expect(played).toBe(2000);
    },
    BUSY_MACHINE_MS,
  );
});
