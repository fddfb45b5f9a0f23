import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { internal } from "../../src/component/_generated/api.js";
import { aComponent, ann, NOON } from "../factories.js";
import { parseCsv } from "../shared/csvParser.js";
import {
  DAY,
  LOST_AFTER,
  MINUTE,
  aLog,
  aLongLog,
  blobOf,
  cancel,
  entriesIn,
  files,
  finish,
  forgetSchedule,
  get,
  lateStep,
  listAll,
  loseStep,
  numbered,
  pass,
  record,
  runStep,
  scheduled,
  settle,
  start,
  storeFile,
  targetsIn,
  textOf,
} from "./auditExportWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a step", () => {
  test(
    "goes on until all is there, at three times what one can take",
    { timeout: 30_000 },
    async () => {
      const t = await aLongLog(6001);
      const id = await start(t, { filter: { order: "asc" } });
      const progress = [];
      do {
        await runStep(t);
        progress.push((await get(t, id))!.processed);
      } while ((await get(t, id))!.status === "running");
      expect(progress).toEqual([2000, 4000, 6000, 6001, 6001]);
      expect(await targetsIn(t, id)).toEqual(numbered(6001));
      expect(await files(t)).toHaveLength(1);
    },
  );

  test("stays within its memory when entries are large", async () => {
    const t = aComponent();
    // In JSON each of these characters takes six: what one query reads is more than a part.
    const metadata = { note: "\u0000".repeat(60_000) };
    for (let i = 0; i < 40; i++) await record(t, { metadata });
    const id = await start(t, {});
    await runStep(t);
    expect((await get(t, id))!.processed).toBeLessThan(40);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 40 });
    expect((await entriesIn(t, id)).map((entry) => entry.metadata)).toEqual(
      Array(40).fill(metadata),
    );
  });

  test("that is lost is repeated after a quarter of an hour, and nothing is missing or twice", async () => {
    const t = await aLongLog(2500);
    const id = await start(t, {});
    await runStep(t);
    await loseStep(t);
    await pass(t, LOST_AFTER - 1);
    expect(await get(t, id)).toMatchObject({ status: "running", processed: 2000 });
    await pass(t, 1);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2500 });
    expect(await targetsIn(t, id)).toEqual(numbered(2500).toReversed());
  });

  test("that is lost while it joins is repeated too, and the file has one beginning", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, { format: "csv" });
    await runStep(t);
    await runStep(t);
    await loseStep(t);
    expect(await files(t)).toHaveLength(2);
    await pass(t, LOST_AFTER);
    const { bytes } = await settle(t, id);
    expect(bytes).toBe((await blobOf(t, id)).size);
    const [names, ...records] = parseCsv(await textOf(t, id));
    expect(names![0]).toBe("at");
    const target = names!.indexOf("target.id");
    expect(records.map((cells) => cells[target])).toEqual(numbered(2001).toReversed());
    expect(await files(t)).toHaveLength(1);
  });

  test("may be lost three times in a row, and more often if it succeeds in between", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    for (let part = 0; part < 2; part++) {
      for (let loss = 0; loss < 3; loss++) {
        await loseStep(t);
        await pass(t, LOST_AFTER);
      }
      await runStep(t);
    }
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2001 });
  });

  test("that is lost a fourth time ends the export, and says what to do", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    await runStep(t);
    for (let loss = 0; loss < 4; loss++) {
      expect((await get(t, id))!.status).toBe("running");
      await loseStep(t);
      await pass(t, LOST_AFTER);
    }
    const error = { code: "INTERRUPTED", message: expect.stringContaining("Start it again") };
    expect(await get(t, id)).toMatchObject({ status: "failed", error, finishedAt: Date.now() });
    expect(await files(t)).toEqual([]);
    const [entry] = await listAll(t, { action: "auditLogs.exported" });
    expect(entry).toMatchObject({
      outcome: "failure",
      actor: ann,
      reason: error.message,
      metadata: { stage: "failed" },
    });
  });

  test("that comes late, after its repetition, changes nothing and leaves no file", async () => {
    const t = await aLog();
    const id = await start(t, {});
    await loseStep(t);
    await pass(t, LOST_AFTER);
    await runStep(t);
    const before = await get(t, id);
    await lateStep(t, id, 0);
    expect(await get(t, id)).toEqual(before);
    expect(await files(t)).toHaveLength(1);
  });

  test("that runs twice at once counts once", async () => {
    const t = await aLongLog(2001);
    const id = await start(t, {});
    const runStepOfTurn = async (turn: number) =>
      await t.action(internal.auditExportSteps.step, { id, turn });
    await Promise.all([runStepOfTurn(0), runStepOfTurn(0)]);
    expect(await get(t, id)).toMatchObject({ status: "running", processed: 2000 });
    expect(await files(t)).toHaveLength(1);
    expect(await settle(t, id)).toMatchObject({ status: "completed", processed: 2001 });
    expect(await targetsIn(t, id)).toEqual(numbered(2001).toReversed());
  });

  test("may hand over its part twice", async () => {
    const t = await aLog();
    const id = await start(t, {});
    const file = await storeFile(t, "part");
    const read = { rows: 1, bytes: 4, next: { kind: "read", after: null } } as const;
    for (let i = 0; i < 2; i++) {
      await t.mutation(internal.auditExportSteps.savePart, { id, turn: 0, file, ...read });
    }
    expect(await get(t, id)).toMatchObject({ processed: 1, bytes: 4 });
    expect(await files(t)).toEqual([file]);
  });

  test("that misses a part, deleted by hand, ends the export at last", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const t = await aLongLog(2001);
    const id = await start(t, {});
    await runStep(t);
    const [first] = await files(t);
    await t.run(async (ctx) => await ctx.storage.delete(first!));
    await runStep(t);
    for (let attempt = 0; attempt < 4; attempt++) {
      await runStep(t);
      await pass(t, LOST_AFTER);
    }
    expect(await get(t, id)).toMatchObject({ status: "failed", error: { code: "INTERRUPTED" } });
    expect(await files(t)).toEqual([]);
    expect(console.error).toHaveBeenCalledTimes(4);
  });

  test("that comes after a cancellation, or after the end, leaves no file", async () => {
    const t = await aLog();
    const cancelled = await start(t, {});
    await cancel(t, cancelled);
    const done = await finish(t, {});
    const before = [await get(t, cancelled), await get(t, done)];
    for (const id of [cancelled, done]) {
      const save = { id, turn: 0, rows: 1, bytes: 1, next: { kind: "join" } } as const;
      const file = await storeFile(t, "late");
      await t.mutation(internal.auditExportSteps.savePart, { ...save, file });
      const joined = await storeFile(t, "late");
      await t.mutation(internal.auditExportSteps.saveFile, { id, turn: 0, file: joined });
    }
    expect([await get(t, cancelled), await get(t, done)]).toEqual(before);
    expect(await files(t)).toHaveLength(1);
  });
});

describe("wakeForgotten", () => {
  test("finishes what a backup left running, and removes what it left behind", async () => {
    const t = await aLog();
    const done = await finish(t, {});
    const running = await start(t, { filter: { action: "invoices.sent" } });
    await forgetSchedule(t);
    await pass(t, DAY + 60 * MINUTE);
    expect(await get(t, done)).toMatchObject({ status: "completed" });
    await pass(t, 1);
    await t.mutation(internal.auditExportSteps.wakeForgotten, {});
    expect(await settle(t, running)).toMatchObject({ status: "completed", processed: 2 });
    expect(await get(t, done)).toMatchObject({ status: "expired" });
  });

  test("leaves alone what is on its way", async () => {
    const t = await aLog();
    await finish(t, {});
    await start(t, {});
    const before = (await scheduled(t)).length;
    await t.mutation(internal.auditExportSteps.wakeForgotten, {});
    expect(await scheduled(t)).toHaveLength(before);
  });
});
