// @vitest-environment happy-dom
import { cleanup, renderHook } from "@testing-library/react";
import { makeFunctionReference, type FunctionReference } from "convex/server";
import { afterEach, describe, expect, test } from "vitest";
import { useAuditLog, useJob, useTrash } from "../../src/react/index.js";
import type { FilteredQuery, JobQuery } from "../../src/react/index.js";
import type { AuditEntry, EntryFilter } from "../../src/shared/auditLogs.js";
import type { TrashFilter, TrashOperation } from "../../src/shared/trash.js";
import { FakeConvex, FakeTable } from "./fakeConvex.js";

const NOON = Date.UTC(2026, 10, 21, 12);
const reference = <Ref extends FunctionReference<"query">>(name: string) =>
  makeFunctionReference<"query">(name) as unknown as Ref;

afterEach(cleanup);

describe("useAuditLog and useTrash", () => {
  const auditLog = reference<FilteredQuery<EntryFilter, AuditEntry>>("api:auditLog");
  const trash = reference<FilteredQuery<TrashFilter, TrashOperation>>("api:trash");

  test("ask for 25 rows of everything unless told otherwise", async () => {
    const asked: unknown[] = [];
    const list = async (args: { paginationOpts: { numItems: number; cursor: null } }) => {
      asked.push(args);
      return await new FakeTable(1).list(args);
    };
    const convex = new FakeConvex({ "api:auditLog": list, "api:trash": list });
    const { result } = renderHook(
      () => [
        useAuditLog(auditLog),
        useTrash(trash, { table: "invoices" }, { initialNumItems: 5 }),
        useTrash(trash, "skip"),
      ],
      { wrapper: convex.wrapper },
    );
    await convex.sync();
    expect(asked).toEqual([
      { filter: {}, paginationOpts: { numItems: 25, cursor: null } },
      { filter: { table: "invoices" }, paginationOpts: { numItems: 5, cursor: null } },
    ]);
    expect(result.current.map(({ status }) => status)).toEqual([
      "Exhausted",
      "Exhausted",
      "LoadingFirstPage",
    ]);
  });
});

describe("useJob", () => {
  const job = reference<JobQuery>("api:job");

  test("follows a job to its end, and asks for nothing before there is one", async () => {
    let found: object | null = { id: "job1", status: "processing" };
    const convex = new FakeConvex({ "api:job": () => found });
    const { result, rerender } = renderHook(({ id }) => useJob(job, id), {
      wrapper: convex.wrapper,
      initialProps: { id: "skip" },
    });
    expect(convex.size).toBe(0);
    rerender({ id: "job1" });
    expect(result.current).toEqual({ job: undefined, isOver: false });
    await convex.sync();
    expect(result.current).toEqual({ job: found, isOver: false });
    found = { id: "job1", status: "failed", finishedAt: NOON };
    await convex.sync();
    expect(result.current).toEqual({ job: found, isOver: true });
    found = null;
    await convex.sync();
    expect(result.current).toEqual({ job: null, isOver: false });
  });
});
