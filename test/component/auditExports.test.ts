import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../src/component/_generated/api.js";
import { MAX_EXPORT_BYTES, MAX_EXPORT_ENTRIES } from "../../src/shared/auditExports.js";
import type { EntryFilter } from "../../src/shared/auditLogs.js";
import { ann, ben, NOON } from "../factories.js";
import {
  DAY,
  MINUTE,
  aComponent,
  aLog,
  aLongLog,
  blobOf,
  cancel,
  completed,
  entriesIn,
  exported,
  exportedCsv,
  faultsOf,
  files,
  finish,
  get,
  list,
  listAll,
  pass,
  patchExport,
  record,
  runJob,
  settle,
  start,
  textOf,
} from "./auditExportWorld.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("start", () => {
  const filters: [string, EntryFilter][] = [
    ["all without a tenant", {}],
    ["the oldest first", { order: "asc" }],
    ["one tenant", { tenantId: "acme" }],
    ["all tenants", { allTenants: true }],
    ["one actor", { actorId: ben.id }],
    ["one action of a tenant", { tenantId: "acme", action: "invoices.sent" }],
    ["one target", { target: { table: "invoices", id: "2" } }],
    ["a time range", { allTenants: true, from: NOON + 2000, to: NOON + 4000, order: "asc" }],
    ["a time range that ends later than now", { from: NOON + 2000, to: NOON + DAY }],
    ["a time range that has not begun", { from: NOON + DAY }],
    ["nothing", { action: "invoices.burnt" }],
  ];

  test.each(filters)("exports what a list shows: %s", async (_, filter) => {
    const t = await aLog();
    const listed = await listAll(t, filter);
    expect(await exported(t, { filter })).toEqual(listed);
    const listedAgain = await listAll(t, filter);
    const [, ...records] = await exportedCsv(t, { filter });
    expect(records.map((cells) => cells.at(-2))).toEqual(listedAgain.map(({ id }) => id));
  });

  test("loses nothing in NDJSON: int64, bytes, NaN and -0 come back", async () => {
    const t = aComponent();
    const changes = [{ path: "total", before: 2n ** 63n - 1n, after: NaN }];
    const metadata = {
      bytes: Uint8Array.of(0, 255).buffer,
      zero: -0,
      "a b": [null, 1e21, "\u2028"],
    };
    await record(t, { changes, metadata, reason: 'a "b"\r\nc', personal: ["metadata.zero"] });
    const [entry] = await exported(t, {});
    expect(entry).toEqual((await listAll(t, {})).at(-1));
    expect(entry).toMatchObject({ changes, metadata });
  });

  test("leaves out what was recorded after it", async () => {
    const t = await aLog();
    const before = await listAll(t, {});
    const id = await start(t, {});
    await record(t);
    await record(t);
    await settle(t, id);
    expect(await entriesIn(t, id)).toEqual(before);
  });

  test("gives an empty file for an empty log, and in CSV the names of the columns", async () => {
    const t = aComponent();
    const id = await finish(t, { format: "ndjson" });
    expect(await get(t, id)).toMatchObject({ status: "completed", processed: 0, bytes: 0 });
    expect(await textOf(t, id)).toBe("");
    const records = await exportedCsv(t, { filter: { action: "none" } });
    expect(records.map((cells) => cells.slice(0, 3))).toEqual([["at", "action", "outcome"]]);
  });

  test("says what the file is", async () => {
    const t = await aLog();
    const csv = await blobOf(t, await finish(t, { format: "csv" }));
    expect(csv.type).toBe("text/csv; charset=utf-8; header=present");
    expect([...new Uint8Array(await csv.arrayBuffer()).slice(0, 5)]).toEqual([
      ...[0xef, 0xbb, 0xbf],
      ...new TextEncoder().encode("at"),
    ]);
    const ndjson = await blobOf(t, await finish(t, { format: "ndjson" }));
    expect(ndjson.type).toBe("application/x-ndjson");
  });

  test("is audited: that it started, by whom, and how it ended", async () => {
    const t = await aLog();
    const filter = { tenantId: "acme", actorId: ben.id };
    const id = await finish(t, { filter, format: "csv" });
    const { processed: rows, bytes } = (await get(t, id))!;
    const about = {
      action: "auditLogs.exported",
      outcome: "success",
      actor: ann,
      target: { table: "auditExports", id, label: "Audit log as CSV" },
    };
    const entries = await listAll(t, { tenantId: "acme", action: "auditLogs.exported" });
    expect(entries).toMatchObject([
      { ...about, metadata: { stage: "completed", format: "csv", filter, rows, bytes } },
      { ...about, metadata: { stage: "started", format: "csv", filter } },
    ]);
    expect(rows).toBe(1);
  });

  test("names every bad field at once and starts nothing", async () => {
    const t = aComponent();
    const filter = { actorId: "", action: "invoices.sent", from: NaN };
    await expect(start(t, { filter, expiresInMs: NaN })).rejects.toMatchObject({
      data: {
        code: "VALIDATION_FAILED",
        fields: {
          filter: { code: "too_many_filters" },
          actorId: { code: "required" },
          from: { code: "out_of_range" },
          expiresInMs: { code: "out_of_range" },
        },
      },
    });
    expect(await listAll(t, { allTenants: true })).toEqual([]);
    expect((await list(t)).page).toEqual([]);
  });

  test.each([MINUTE, 7 * DAY])("takes a lifetime of %d ms", async (expiresInMs) => {
    const t = aComponent();
    const id = await finish(t, { expiresInMs });
    const { finishedAt, expiresAt } = await completed(t, id);
    expect(expiresAt - finishedAt).toBe(expiresInMs);
  });

  test.each([MINUTE - 1, 7 * DAY + 1])("refuses a lifetime of %d ms", async (expiresInMs) => {
    await expect(start(aComponent(), { expiresInMs })).rejects.toMatchObject({
      data: { fields: { expiresInMs: { code: "out_of_range" } } },
    });
  });

  test("runs ten exports at once and refuses the eleventh, until one has ended", async () => {
    const t = aComponent();
    const ids = [];
    for (let i = 0; i < 10; i++) ids.push(await start(t, {}));
    await expect(start(t, {})).rejects.toMatchObject({ data: { code: "LIMIT_EXCEEDED" } });
    await cancel(t, ids[3]!);
    await start(t, {});
  });
});

describe("get", () => {
  test("tells how far a running export is, and gives a url once it is completed", async () => {
    const t = await aLog();
    const id = await start(t, {});
    const begun = { id, format: "ndjson", filter: {}, startedAt: Date.now() };
    expect(await get(t, id)).toEqual({ ...begun, status: "running", processed: 0, bytes: 0 });
    await settle(t, id);
    const bytes = (await blobOf(t, id)).size;
    expect(await get(t, id)).toEqual({
      ...begun,
      status: "completed",
      processed: 3,
      bytes,
      finishedAt: Date.now(),
      expiresAt: Date.now() + DAY,
      url: expect.stringMatching(/^https:\/\/.*\/api\/storage\//),
    });
  });

  test.each(["", "nonsense", "10001;auditExports"])("finds nothing under %j", async (id) => {
    expect(await aComponent().query(api.auditExports.get, { id })).toBeNull();
  });
});

describe("list", () => {
  test("shows the newest first, in pages, without urls", async () => {
    const t = aComponent();
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(await finish(t, {}));
    const first = await list(t, {}, { numItems: 3, cursor: null });
    const cursor = first.continueCursor;
    const second = await list(t, {}, { numItems: 3, cursor });
    expect([...first.page, ...second.page].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.isDone).toBe(true);
    expect(first.page.every((row) => !("url" in row))).toBe(true);
  });

  test("keeps tenants apart, and shows whoever names none no export of theirs", async () => {
    const t = aComponent();
    const none = await start(t, {});
    const acme = await start(t, { filter: { tenantId: "acme" } });
    const all = await start(t, { filter: { allTenants: true } });
    const idsOf = async (filter: Parameters<typeof list>[1]) =>
      (await list(t, filter)).page.map(({ id }) => id);
    expect(await idsOf({})).toEqual([none]);
    expect(await idsOf({ tenantId: "acme" })).toEqual([acme]);
    expect(await idsOf({ allTenants: true })).toEqual([all, acme, none]);
  });

  test("refuses the cursor of another tenant, and a tenant among all", async () => {
    const t = aComponent();
    const { continueCursor: cursor } = await list(t, { tenantId: "acme" });
    await expect(list(t, { tenantId: "b" }, { numItems: 1, cursor })).rejects.toMatchObject({
      data: { code: "INVALID_CURSOR" },
    });
    await expect(list(t, { tenantId: "a", allTenants: true })).rejects.toMatchObject({
      data: { fields: { filter: { code: "too_many_filters" } } },
    });
  });
});

describe("cancel", () => {
  test("ends a running export, removes its parts and says who did it", async () => {
    const t = await aLongLog(2500);
    faultsOf(t).storingMs = 4 * MINUTE;
    const id = await start(t, {});
    await runJob(t);
    expect(await files(t)).toHaveLength(1);
    expect(await cancel(t, id, ben)).toBe(true);
    expect(await get(t, id)).toMatchObject({
      status: "cancelled",
      processed: 2000,
      finishedAt: Date.now(),
    });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await get(t, id)).toMatchObject({ status: "cancelled", processed: 2000 });
    expect(await files(t)).toEqual([]);
    expect((await listAll(t, { actorId: ben.id })).map(({ metadata }) => metadata)).toEqual([
      { stage: "cancelled", format: "ndjson", filter: {} },
    ]);
  });

  test("changes nothing once an export has ended, or when there is none", async () => {
    const t = aComponent();
    const id = await finish(t, {});
    const before = await get(t, id);
    expect(await cancel(t, id)).toBe(false);
    expect(await cancel(t, "nonsense")).toBe(false);
    expect(await get(t, id)).toEqual(before);
  });
});

describe("the largest export", () => {
  test.each([
    ["entries", { processed: MAX_EXPORT_ENTRIES - 3 }],
    ["bytes", { bytes: MAX_EXPORT_BYTES }],
  ])("may have as many %s as the limit says", async (_, size) => {
    const t = await aLog();
    const id = await start(t, { filter: "processed" in size ? {} : { action: "none" } });
    await patchExport(t, id, size);
    expect(await settle(t, id)).toMatchObject({ status: "completed" });
  });

  test.each([
    ["entry", { processed: MAX_EXPORT_ENTRIES - 2 }],
    ["byte", { bytes: MAX_EXPORT_BYTES - 1 }],
  ])("ends without a file with one %s more", async (_, size) => {
    const t = await aLog();
    const id = await start(t, {});
    await patchExport(t, id, size);
    expect(await settle(t, id)).toMatchObject({
      status: "failed",
      error: { code: "LIMIT_EXCEEDED", message: expect.stringMatching(/100000 entries.* 32 MiB/) },
    });
    expect(await files(t)).toEqual([]);
  });
});

describe("the file", () => {
  test("is there until it expires, and then gone", async () => {
    const t = await aLog();
    const id = await finish(t, { expiresInMs: 20 * MINUTE });
    const { expiresAt, finishedAt } = await completed(t, id);
    await pass(t, expiresAt - Date.now() - 1);
    expect(await get(t, id)).toMatchObject({ status: "completed", url: expect.any(String) });
    await pass(t, 1);
    expect(await get(t, id)).toEqual({
      id,
      format: "ndjson",
      filter: {},
      processed: 3,
      bytes: expect.any(Number),
      startedAt: expect.any(Number),
      status: "expired",
      finishedAt,
      expiresAt,
    });
    expect(await files(t)).toEqual([]);
  });

  test("expires on time although something looks in earlier", async () => {
    const t = await aLog();
    const id = await finish(t, { expiresInMs: MINUTE });
    await pass(t, MINUTE);
    expect(await get(t, id)).toMatchObject({ status: "expired" });
  });

  test("may have been deleted by hand", async () => {
    const t = await aLog();
    const id = await finish(t, {});
    const [file] = await files(t);
    await t.run(async (ctx) => await ctx.storage.delete(file!));
    expect(await get(t, id)).not.toHaveProperty("url");
    await pass(t, DAY);
    expect(await get(t, id)).toMatchObject({ status: "expired" });
  });
});
