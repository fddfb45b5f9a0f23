import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server";
import { assertType, describe, expectTypeOf, test } from "vitest";
import {
  updatePages,
  useAuditLog,
  useJob,
  useJobs,
  usePage,
  usePermission,
  usePlatformMutation,
  useProfile,
  useTrash,
  type FilteredQuery,
  type JobQuery,
} from "../../src/react/index.js";
import type { AuditEntry, EntryFilter } from "../../src/shared/auditLogs.js";
import type { Job, JobFilter } from "../../src/shared/jobs.js";
import { defineRoles } from "../../src/shared/permissions.js";
import type { TrashFilter, TrashOperation } from "../../src/shared/trash.js";
import type { Profile } from "../../src/shared/userProfiles.js";

type Invoice = { _id: string; title: string; status: "draft" | "sent" };
type Query<Args extends Record<string, unknown>, Result> = FunctionReference<
  "query",
  "public",
  Args,
  Result
>;
type Mutation<Args extends Record<string, unknown>, Result> = FunctionReference<
  "mutation",
  "public",
  Args,
  Result
>;

/** What a host exports. */
declare const api: {
  list: Query<
    { status?: Invoice["status"]; paginationOpts: PaginationOptions },
    PaginationResult<Invoice>
  >;
  get: Query<{ id: string }, Invoice | null>;
  rename: Mutation<{ id: string; title: string }, { version: number }>;
  sync: Mutation<Record<string, never>, null>;
  me: Query<Record<string, never>, Profile | null>;
  auditLog: FilteredQuery<EntryFilter, AuditEntry>;
  trash: FilteredQuery<TrashFilter, TrashOperation>;
  jobs: FilteredQuery<JobFilter, Job>;
  exports: Query<{ id: string }, (Job & { result?: { url: string } }) | null>;
};
declare const secret: FunctionReference<
  "query",
  "internal",
  { paginationOpts: PaginationOptions },
  PaginationResult<Invoice>
>;
const first = { initialNumItems: 10 };

describe("usePage", () => {
  test("infers arguments and rows", () => {
    expectTypeOf(usePage(api.list, { status: "sent" }, first).results).toEqualTypeOf<Invoice[]>();
    usePage(api.list, "skip", first);
    // @ts-expect-error no such status
    usePage(api.list, { status: "lost" }, first);
    // @ts-expect-error no such argument
    usePage(api.list, { stats: "sent" }, first);
  });

  test("takes public queries of pages only", () => {
    // @ts-expect-error no page
    usePage(api.get, { id: "" }, first);
    // @ts-expect-error no query
    usePage(api.rename, {}, first);
    // @ts-expect-error not for browsers
    usePage(secret, {}, first);
  });
});

describe("updatePages", () => {
  test("knows the rows, and that some arguments are enough", () => {
    const store = null as never;
    updatePages(store, api.list, {}, (rows, { isFirst }) =>
      rows.filter(({ status }) => isFirst && status === "draft"),
    );
    updatePages(store, api.list, { status: "draft" }, (rows) => rows);
    // @ts-expect-error no such status
    updatePages(store, api.list, { status: "lost" }, (rows) => rows);
    // @ts-expect-error no invoices
    updatePages(store, api.list, {}, () => [{ id: 1 }]);
  });
});

describe("usePlatformMutation", () => {
  test("infers arguments and value", async () => {
    const { run } = usePlatformMutation(api.rename, {
      optimistic: (_store, args) => assertType<{ id: string; title: string }>(args),
    });
    const outcome = await run({ id: "1", title: "Rent" });
    if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<{ version: number }>();
    else expectTypeOf(outcome.error.message).toEqualTypeOf<string>();
    // @ts-expect-error a title is missing
    await run({ id: "1" });
    await usePlatformMutation(api.sync).run();
    // @ts-expect-error no mutation
    usePlatformMutation(api.get);
  });
});

describe("useAuditLog, useTrash and useJobs", () => {
  test("take lists of their kind, with its filter", () => {
    expectTypeOf(useAuditLog(api.auditLog).results).toEqualTypeOf<AuditEntry[]>();
    expectTypeOf(useTrash(api.trash, { table: "x" }).results).toEqualTypeOf<TrashOperation[]>();
    expectTypeOf(useJobs(api.jobs, { status: "failed" }).results).toEqualTypeOf<Job[]>();
    useJobs(api.jobs, "skip");
    // @ts-expect-error no such filter
    useJobs(api.jobs, { stauts: "failed" });
    // @ts-expect-error another list
    useAuditLog(api.trash);
    // @ts-expect-error a list of the host's own
    useTrash(api.list);
  });
});

describe("useJob", () => {
  test("gives what the host's function gives", () => {
    const { job } = useJob(api.exports, "1");
    expectTypeOf(job?.result?.url).toEqualTypeOf<string | undefined>();
    expectTypeOf(useJob(null as never as JobQuery, "1").job).toEqualTypeOf<
      Job | null | undefined
    >();
    // @ts-expect-error no job
    useJob(api.get, "1");
  });
});

describe("useProfile and usePermission", () => {
  const roles = defineRoles({ editor: { can: ["invoices.update"] } });

  test("complete permissions, and narrow the profile by status", () => {
    const me = useProfile(api.me);
    if (me.status === "suspended") expectTypeOf(me.profile).toEqualTypeOf<Profile>();
    const may = usePermission(roles, me, "invoices.update");
    if (may.allowed) expectTypeOf(may.via[0]!.role).toEqualTypeOf<"editor">();
    else assertType<string>(may.reason);
    // @ts-expect-error a typo
    usePermission(roles, me, "invoices.udpate");
    // @ts-expect-error no profile
    useProfile(api.get);
  });
});
