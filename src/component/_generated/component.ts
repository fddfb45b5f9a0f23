/* eslint-disable */
/**
 * Generated `ComponentApi` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type { FunctionReference } from "convex/server";

/**
 * A utility for referencing a Convex component's exposed API.
 *
 * Useful when expecting a parameter like `components.myComponent`.
 * Usage:
 * ```ts
 * async function myFunction(ctx: QueryCtx, component: ComponentApi) {
 *   return ctx.runQuery(component.someFile.someQuery, { ...args });
 * }
 * ```
 */
export type ComponentApi<Name extends string | undefined = string | undefined> =
  {
    auditErasure: {
      pseudonymize: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          subject:
            { actorId: string } | { target: { id: string; table: string } };
        },
        { entries: number; isDone: boolean },
        Name
      >;
    };
    auditExports: {
      cancel: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
        },
        boolean,
        Name
      >;
      get: FunctionReference<
        "query",
        "internal",
        { id: string },
        | {
            bytes: number;
            filter: {
              action?: string;
              actorId?: string;
              allTenants?: true;
              from?: number;
              order?: "asc" | "desc";
              target?: { id: string; table: string };
              tenantId?: string;
              to?: number;
            };
            format: "ndjson" | "csv";
            id: string;
            processed: number;
            startedAt: number;
            status: "running";
          }
        | {
            bytes: number;
            expiresAt: number;
            filter: {
              action?: string;
              actorId?: string;
              allTenants?: true;
              from?: number;
              order?: "asc" | "desc";
              target?: { id: string; table: string };
              tenantId?: string;
              to?: number;
            };
            finishedAt: number;
            format: "ndjson" | "csv";
            id: string;
            processed: number;
            startedAt: number;
            status: "completed";
            url?: string;
          }
        | {
            bytes: number;
            error: { code: "LIMIT_EXCEEDED" | "INTERRUPTED"; message: string };
            filter: {
              action?: string;
              actorId?: string;
              allTenants?: true;
              from?: number;
              order?: "asc" | "desc";
              target?: { id: string; table: string };
              tenantId?: string;
              to?: number;
            };
            finishedAt: number;
            format: "ndjson" | "csv";
            id: string;
            processed: number;
            startedAt: number;
            status: "failed";
          }
        | {
            bytes: number;
            expiresAt: number;
            filter: {
              action?: string;
              actorId?: string;
              allTenants?: true;
              from?: number;
              order?: "asc" | "desc";
              target?: { id: string; table: string };
              tenantId?: string;
              to?: number;
            };
            finishedAt: number;
            format: "ndjson" | "csv";
            id: string;
            processed: number;
            startedAt: number;
            status: "expired";
          }
        | {
            bytes: number;
            filter: {
              action?: string;
              actorId?: string;
              allTenants?: true;
              from?: number;
              order?: "asc" | "desc";
              target?: { id: string; table: string };
              tenantId?: string;
              to?: number;
            };
            finishedAt: number;
            format: "ndjson" | "csv";
            id: string;
            processed: number;
            startedAt: number;
            status: "cancelled";
          }
        | null,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          filter: { allTenants?: true; tenantId?: string };
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<
            | {
                bytes: number;
                filter: {
                  action?: string;
                  actorId?: string;
                  allTenants?: true;
                  from?: number;
                  order?: "asc" | "desc";
                  target?: { id: string; table: string };
                  tenantId?: string;
                  to?: number;
                };
                format: "ndjson" | "csv";
                id: string;
                processed: number;
                startedAt: number;
                status: "running";
              }
            | {
                bytes: number;
                expiresAt: number;
                filter: {
                  action?: string;
                  actorId?: string;
                  allTenants?: true;
                  from?: number;
                  order?: "asc" | "desc";
                  target?: { id: string; table: string };
                  tenantId?: string;
                  to?: number;
                };
                finishedAt: number;
                format: "ndjson" | "csv";
                id: string;
                processed: number;
                startedAt: number;
                status: "completed";
                url?: string;
              }
            | {
                bytes: number;
                error: {
                  code: "LIMIT_EXCEEDED" | "INTERRUPTED";
                  message: string;
                };
                filter: {
                  action?: string;
                  actorId?: string;
                  allTenants?: true;
                  from?: number;
                  order?: "asc" | "desc";
                  target?: { id: string; table: string };
                  tenantId?: string;
                  to?: number;
                };
                finishedAt: number;
                format: "ndjson" | "csv";
                id: string;
                processed: number;
                startedAt: number;
                status: "failed";
              }
            | {
                bytes: number;
                expiresAt: number;
                filter: {
                  action?: string;
                  actorId?: string;
                  allTenants?: true;
                  from?: number;
                  order?: "asc" | "desc";
                  target?: { id: string; table: string };
                  tenantId?: string;
                  to?: number;
                };
                finishedAt: number;
                format: "ndjson" | "csv";
                id: string;
                processed: number;
                startedAt: number;
                status: "expired";
              }
            | {
                bytes: number;
                filter: {
                  action?: string;
                  actorId?: string;
                  allTenants?: true;
                  from?: number;
                  order?: "asc" | "desc";
                  target?: { id: string; table: string };
                  tenantId?: string;
                  to?: number;
                };
                finishedAt: number;
                format: "ndjson" | "csv";
                id: string;
                processed: number;
                startedAt: number;
                status: "cancelled";
              }
          >;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      start: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          expiresInMs?: number;
          filter: {
            action?: string;
            actorId?: string;
            allTenants?: true;
            from?: number;
            order?: "asc" | "desc";
            target?: { id: string; table: string };
            tenantId?: string;
            to?: number;
          };
          format: "ndjson" | "csv";
        },
        string,
        Name
      >;
    };
    auditLogs: {
      diff: FunctionReference<
        "query",
        "internal",
        {
          after: null | Record<string, any>;
          before: null | Record<string, any>;
          ignore?: Array<string>;
          personal?: Array<string>;
          redact?: Array<string>;
        },
        {
          changes: Array<{
            after?: any;
            before?: any;
            cut?: true;
            path: string;
          }>;
          changesCut?: number;
          personal?: Array<string>;
        },
        Name
      >;
      get: FunctionReference<
        "query",
        "internal",
        { id: string },
        {
          action: string;
          actor: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          at: number;
          changes: Array<{
            after?: any;
            before?: any;
            cut?: true;
            path: string;
          }>;
          changesCut?: number;
          commitTs: bigint;
          id: string;
          jobId?: string;
          metadata?: Record<string, any>;
          operationId?: string;
          outcome: "success" | "failure" | "denied";
          personal?: Array<string>;
          reason?: string;
          related: Array<{ id: string; table: string }>;
          request: {
            functionName?: string;
            id: string;
            ip?: string;
            scheduledFunctionId?: string;
            userAgent?: string;
          };
          target: { id: string; label?: string; table: string };
          tenantId?: string;
          version?: number;
        } | null,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          filter: {
            action?: string;
            actorId?: string;
            allTenants?: true;
            from?: number;
            order?: "asc" | "desc";
            target?: { id: string; table: string };
            tenantId?: string;
            to?: number;
          };
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<{
            action: string;
            actor: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            at: number;
            changes: Array<{
              after?: any;
              before?: any;
              cut?: true;
              path: string;
            }>;
            changesCut?: number;
            commitTs: bigint;
            id: string;
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
            personal?: Array<string>;
            reason?: string;
            related: Array<{ id: string; table: string }>;
            request: {
              functionName?: string;
              id: string;
              ip?: string;
              scheduledFunctionId?: string;
              userAgent?: string;
            };
            target: { id: string; label?: string; table: string };
            tenantId?: string;
            version?: number;
          }>;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      record: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          entry: {
            action: string;
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            changes: Array<{
              after?: any;
              before?: any;
              cut?: true;
              path: string;
            }>;
            changesCut?: number;
            diff?: {
              after: null | Record<string, any>;
              before: null | Record<string, any>;
              ignore?: Array<string>;
              personal?: Array<string>;
              redact?: Array<string>;
            };
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
            personal?: Array<string>;
            reason?: string;
            redact?: Array<string>;
            related: Array<{ id: string; table: string }>;
            target: { id: string; label?: string; table: string };
            tenantId?: string;
            version?: number;
          };
          idempotencyKey?: string;
        },
        string,
        Name
      >;
      recordMany: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          entries: Array<{
            action: string;
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            changes: Array<{
              after?: any;
              before?: any;
              cut?: true;
              path: string;
            }>;
            changesCut?: number;
            diff?: {
              after: null | Record<string, any>;
              before: null | Record<string, any>;
              ignore?: Array<string>;
              personal?: Array<string>;
              redact?: Array<string>;
            };
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
            personal?: Array<string>;
            reason?: string;
            redact?: Array<string>;
            related: Array<{ id: string; table: string }>;
            target: { id: string; label?: string; table: string };
            tenantId?: string;
            version?: number;
          }>;
        },
        Array<string>,
        Name
      >;
      revert: FunctionReference<
        "query",
        "internal",
        { current: Record<string, any>; id: string; ignore?: Array<string> },
        { set: Record<string, any>; unset: Array<string> },
        Name
      >;
      search: FunctionReference<
        "query",
        "internal",
        {
          action?: string;
          actorId?: string;
          limit: number;
          query: string;
          tenantId?: string;
        },
        Array<{
          action: string;
          actor: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          at: number;
          changes: Array<{
            after?: any;
            before?: any;
            cut?: true;
            path: string;
          }>;
          changesCut?: number;
          commitTs: bigint;
          id: string;
          jobId?: string;
          metadata?: Record<string, any>;
          operationId?: string;
          outcome: "success" | "failure" | "denied";
          personal?: Array<string>;
          reason?: string;
          related: Array<{ id: string; table: string }>;
          request: {
            functionName?: string;
            id: string;
            ip?: string;
            scheduledFunctionId?: string;
            userAgent?: string;
          };
          target: { id: string; label?: string; table: string };
          tenantId?: string;
          version?: number;
        }>,
        Name
      >;
    };
    auditRetention: {
      hold: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          reason: string;
          subject:
            { actorId: string } | { target: { id: string; table: string } };
        },
        null,
        Name
      >;
      listHolds: FunctionReference<
        "query",
        "internal",
        {},
        Array<{
          placedAt: number;
          placedBy: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          reason: string;
          subject:
            { actorId: string } | { target: { id: string; table: string } };
        }>,
        Name
      >;
      prune: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          rules: Array<{ days: number; prefix: string }>;
        },
        { entries: number; isDone: boolean },
        Name
      >;
      release: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          reason: string;
          subject:
            { actorId: string } | { target: { id: string; table: string } };
        },
        boolean,
        Name
      >;
    };
    auditSeals: {
      latestSeal: FunctionReference<
        "query",
        "internal",
        {},
        {
          hash: string;
          index: number;
          sealedAt: number;
          through: bigint;
        } | null,
        Name
      >;
      seal: FunctionReference<
        "mutation",
        "internal",
        { onSeal?: string | null },
        { entries: number; isDone: boolean },
        Name
      >;
      unsealed: FunctionReference<
        "query",
        "internal",
        {},
        { count: number; isCut: boolean },
        Name
      >;
    };
    auditStats: {
      read: FunctionReference<
        "query",
        "internal",
        { from: number; tenantId?: string; to: number; unit: "hour" | "day" },
        {
          buckets: Array<{
            action: string;
            count: number;
            outcome: "success" | "failure" | "denied";
            start: number;
          }>;
          sealedThrough: number | null;
          tail: { count: number; isCut: boolean };
        },
        Name
      >;
    };
    auditVerification: {
      inclusionProof: FunctionReference<
        "query",
        "internal",
        { id: string; throughSeal?: number },
        {
          core: string;
          disclosed: {
            actor?: {
              salt: ArrayBuffer;
              values: {
                id: string;
                ip?: string;
                label?: string;
                userAgent?: string;
              };
            };
            subject?: {
              salt: ArrayBuffer;
              values: {
                id: string;
                label?: string;
                personal: Array<any>;
                reason?: string;
              };
            };
          };
          index: number;
          later: Array<{
            actions: Array<string>;
            after: bigint;
            count: number;
            hash: string;
            index: number;
            previousHash: string;
            root: string;
            sealedAt: number;
            through: bigint;
          }>;
          path: Array<string>;
          seal: {
            actions: Array<string>;
            after: bigint;
            count: number;
            hash: string;
            index: number;
            previousHash: string;
            root: string;
            sealedAt: number;
            through: bigint;
          };
          size: number;
        } | null,
        Name
      >;
      verifyStep: FunctionReference<
        "query",
        "internal",
        {
          anchor?: { hash: string; index: number };
          place: {
            found?: { peaks: Array<string>; size: number };
            part: number;
            seal: number;
          } | null;
          range: { from?: number; to?: number };
        },
        {
          found: {
            entries: number;
            erased: number;
            faults: Array<
              | { kind: "seal_changed"; message: string; seal: number }
              | {
                  from: number;
                  kind: "seals_missing";
                  message: string;
                  to: number;
                }
              | { kind: "seal_repeated"; message: string; seal: number }
              | { kind: "seal_unlinked"; message: string; seal: number }
              | { kind: "range_gap"; message: string; seal: number }
              | { kind: "range_overlap"; message: string; seal: number }
              | { kind: "leaves_changed"; message: string; seal: number }
              | { kind: "root_wrong"; message: string; seal: number }
              | {
                  entryId: string;
                  kind: "entry_changed";
                  message: string;
                  position: number;
                  seal: number;
                }
              | {
                  kind: "entry_missing";
                  message: string;
                  position: number;
                  seal: number;
                }
              | {
                  entryId: string;
                  kind: "entry_added";
                  message: string;
                  seal: number;
                }
              | {
                  entryId: string;
                  kind: "entry_moved";
                  message: string;
                  position: number;
                  seal: number;
                }
              | {
                  kind: "pruning_unrecorded";
                  message: string;
                  prunedBy: string;
                  seal: number;
                }
              | {
                  block: "actor" | "subject";
                  entryId: string;
                  kind: "values_changed";
                  message: string;
                }
              | {
                  block: "actor" | "subject";
                  entryId: string;
                  kind: "values_not_erased";
                  message: string;
                }
              | {
                  entryId: string;
                  kind: "search_text_changed";
                  message: string;
                }
              | {
                  block: "actor" | "subject";
                  entryId: string;
                  erasedBy: string;
                  kind: "erasure_unrecorded";
                  message: string;
                }
              | { kind: "anchor_missing"; message: string; seal: number }
              | { kind: "anchor_unlike"; message: string; seal: number }
            >;
            pruned: number;
            seals: number;
          };
          next: {
            found?: { peaks: Array<string>; size: number };
            part: number;
            seal: number;
          } | null;
        },
        Name
      >;
    };
    jobActors: {
      find: FunctionReference<
        "query",
        "internal",
        { scheduledFunctionId: string },
        {
          actor?: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          jobId: string;
        } | null,
        Name
      >;
    };
    jobBatches: {
      cancel: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          tenantId?: string;
        },
        null,
        Name
      >;
      create: FunctionReference<
        "mutation",
        "internal",
        {
          audit?: boolean;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          jobs: Array<{
            args: any;
            audit?: boolean;
            cap?: { maxParallelism: number; perKey?: number };
            concurrencyKey?: string;
            handle: string;
            label?: string;
            name: string;
            onComplete?: { context?: any; handle: string };
            policy: {
              base: number;
              initialBackoffMs: number;
              maxAttempts: number;
              maxBackoffMs: number;
            };
            priority?: number;
            queue: string;
            retention?: { completedMs?: number; failedMs?: number };
            runAt?: number;
            tenantId?: string;
            timeoutMs: number;
            unique?: {
              key: string;
              onConflict: "reject" | "return" | "replace";
              ttlMs?: number;
            };
          }>;
          label?: string;
          name: string;
          onComplete?: { context?: any; handle: string };
          queue: string;
          tenantId?: string;
        },
        { id: string; jobIds: Array<string> },
        Name
      >;
      get: FunctionReference<
        "query",
        "internal",
        { id: string; tenantId?: string },
        {
          actor?: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          cancelRequestedAt?: number;
          counts: {
            cancelled: number;
            completed: number;
            failed: number;
            open: number;
            total: number;
          };
          createdAt: number;
          finishedAt?: number;
          id: string;
          label?: string;
          name: string;
          onCompleteError?: string;
          queue: string;
          status: "running" | "ended";
          tenantId?: string;
        } | null,
        Name
      >;
      retryFailed: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          tenantId?: string;
        },
        null,
        Name
      >;
    };
    jobs: {
      cancel: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          tenantId?: string;
        },
        {
          accepted: boolean;
          status?:
            | "pending"
            | "scheduled"
            | "processing"
            | "retrying"
            | "completed"
            | "failed"
            | "cancelled";
        },
        Name
      >;
      complete: FunctionReference<
        "mutation",
        "internal",
        {
          id: string;
          result?: any;
          resultFault?: "too_large" | "not_a_value";
          startedAt?: number;
        },
        {
          accepted: boolean;
          status?:
            | "pending"
            | "scheduled"
            | "processing"
            | "retrying"
            | "completed"
            | "failed"
            | "cancelled";
        },
        Name
      >;
      count: FunctionReference<
        "query",
        "internal",
        {
          max: number;
          queue?: string;
          status:
            | "pending"
            | "scheduled"
            | "retrying"
            | "completed"
            | "failed"
            | "cancelled";
        },
        { count: number; isCut: boolean },
        Name
      >;
      enqueue: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          jobs: Array<{
            args: any;
            audit?: boolean;
            cap?: { maxParallelism: number; perKey?: number };
            concurrencyKey?: string;
            handle: string;
            label?: string;
            name: string;
            onComplete?: { context?: any; handle: string };
            policy: {
              base: number;
              initialBackoffMs: number;
              maxAttempts: number;
              maxBackoffMs: number;
            };
            priority?: number;
            queue: string;
            retention?: { completedMs?: number; failedMs?: number };
            runAt?: number;
            tenantId?: string;
            timeoutMs: number;
            unique?: {
              key: string;
              onConflict: "reject" | "return" | "replace";
              ttlMs?: number;
            };
          }>;
        },
        Array<string>,
        Name
      >;
      fail: FunctionReference<
        "mutation",
        "internal",
        {
          error: { code?: string; message: string };
          id: string;
          isRetryable: boolean;
          retryAfterMs?: number;
          startedAt?: number;
        },
        {
          accepted: boolean;
          status?:
            | "pending"
            | "scheduled"
            | "processing"
            | "retrying"
            | "completed"
            | "failed"
            | "cancelled";
        },
        Name
      >;
      get: FunctionReference<
        "query",
        "internal",
        { id: string; tenantId?: string },
        {
          actor?: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          attempt: number;
          batchId?: string;
          cancelReason?: string;
          cancelRequestedAt?: number;
          concurrencyKey?: string;
          enqueuedAt: number;
          error?: { code?: string; message: string };
          expiresAt?: number;
          failedAttempts: Array<{
            attempt: number;
            endedAt: number;
            error: { code?: string; message: string };
            startedAt?: number;
          }>;
          finishedAt?: number;
          hasLargeResult: boolean;
          id: string;
          isWaiting: boolean;
          key?: string;
          label?: string;
          maxAttempts: number;
          name: string;
          onCompleteError?: string;
          priority: number;
          progress?: { at: number; fraction?: number; message?: string };
          queue: string;
          result?: any;
          resultFault?: "too_large" | "not_a_value";
          runAt: number;
          status:
            | "pending"
            | "scheduled"
            | "processing"
            | "retrying"
            | "completed"
            | "failed"
            | "cancelled";
          tenantId?: string;
        } | null,
        Name
      >;
      getRedrive: FunctionReference<
        "query",
        "internal",
        { id: string },
        {
          examined: number;
          filter: {
            code?: string;
            from?: number;
            name?: string;
            queue?: string;
            tenantId?: string;
            to?: number;
          };
          finishedAt?: number;
          id: string;
          redriven: number;
          skipped: number;
          startedAt: number;
          status: "running" | "completed";
        } | null,
        Name
      >;
      heartbeat: FunctionReference<
        "mutation",
        "internal",
        { id: string },
        { accepted: boolean; isCancelled: boolean },
        Name
      >;
      isCancelled: FunctionReference<
        "query",
        "internal",
        { id: string },
        boolean,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          filter: {
            actorId?: string;
            batchId?: string;
            name?: string;
            order?: "asc" | "desc";
            queue?: string;
            status?:
              | "pending"
              | "scheduled"
              | "retrying"
              | "completed"
              | "failed"
              | "cancelled";
          };
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<{
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            attempt: number;
            batchId?: string;
            cancelReason?: string;
            cancelRequestedAt?: number;
            concurrencyKey?: string;
            enqueuedAt: number;
            error?: { code?: string; message: string };
            expiresAt?: number;
            failedAttempts: Array<{
              attempt: number;
              endedAt: number;
              error: { code?: string; message: string };
              startedAt?: number;
            }>;
            finishedAt?: number;
            hasLargeResult: boolean;
            id: string;
            isWaiting: boolean;
            key?: string;
            label?: string;
            maxAttempts: number;
            name: string;
            onCompleteError?: string;
            priority: number;
            progress?: { at: number; fraction?: number; message?: string };
            queue: string;
            result?: any;
            resultFault?: "too_large" | "not_a_value";
            runAt: number;
            status:
              | "pending"
              | "scheduled"
              | "processing"
              | "retrying"
              | "completed"
              | "failed"
              | "cancelled";
            tenantId?: string;
          }>;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      pause: FunctionReference<
        "mutation",
        "internal",
        {
          audit?: boolean;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          cap: { maxParallelism: number; perKey?: number };
          queue: string;
        },
        null,
        Name
      >;
      progress: FunctionReference<
        "mutation",
        "internal",
        { fraction?: number; id: string; message?: string },
        { accepted: boolean; isCancelled: boolean },
        Name
      >;
      queueState: FunctionReference<
        "query",
        "internal",
        { queue: string },
        {
          cap: { maxParallelism: number; perKey?: number };
          isPaused: boolean;
          queue: string;
        } | null,
        Name
      >;
      redrive: FunctionReference<
        "mutation",
        "internal",
        {
          audit?: boolean;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          filter: {
            code?: string;
            from?: number;
            name?: string;
            queue?: string;
            tenantId?: string;
            to?: number;
          };
          max?: number;
        },
        string,
        Name
      >;
      rerunOnComplete: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          tenantId?: string;
        },
        null,
        Name
      >;
      result: FunctionReference<
        "query",
        "internal",
        { id: string; tenantId?: string },
        { result?: any } | null,
        Name
      >;
      resume: FunctionReference<
        "mutation",
        "internal",
        {
          audit?: boolean;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          cap: { maxParallelism: number; perKey?: number };
          queue: string;
        },
        null,
        Name
      >;
      retry: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          tenantId?: string;
        },
        null,
        Name
      >;
    };
    rateLimits: {
      check: FunctionReference<
        "query",
        "internal",
        {
          config:
            | {
                capacity?: number;
                kind: "token bucket";
                period: number;
                rate: number;
                shards?: number;
              }
            | {
                capacity?: number;
                kind: "fixed window";
                period: number;
                rate: number;
                shards?: number;
                start?: number;
              };
          count: number;
          key: string;
          name: string;
        },
        { ok: true } | { ok: false; retryAfterMs: number },
        Name
      >;
      limit: FunctionReference<
        "mutation",
        "internal",
        {
          config:
            | {
                capacity?: number;
                kind: "token bucket";
                period: number;
                rate: number;
                shards?: number;
              }
            | {
                capacity?: number;
                kind: "fixed window";
                period: number;
                rate: number;
                shards?: number;
                start?: number;
              };
          count: number;
          key?: string;
          name: string;
        },
        { ok: true } | { ok: false; retryAfterMs: number },
        Name
      >;
      reset: FunctionReference<
        "mutation",
        "internal",
        { key: string; name: string },
        null,
        Name
      >;
    };
    trash: {
      get: FunctionReference<
        "query",
        "internal",
        { operationId: string },
        {
          actor: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          deletedAt: number;
          detached: Record<string, number>;
          ended?: {
            at?: number;
            by: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
          };
          hold?: {
            placedAt: number;
            placedBy: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            reason: string;
          };
          id: string;
          inTrash: boolean;
          missing: number;
          progress?: { done: number; total?: number };
          purgeAt?: number;
          reason?: string;
          root: { id: string; label?: string; table: string };
          state:
            | "removing"
            | "trashed"
            | "restoring"
            | "restored"
            | "purging"
            | "purged";
          taken: Record<string, number>;
          tenantId?: string;
        } | null,
        Name
      >;
      getByRoots: FunctionReference<
        "query",
        "internal",
        { roots: Array<{ id: string; table: string }> },
        Array<{
          actor: {
            id: string;
            label?: string;
            type: "user" | "service" | "system" | "anonymous";
          };
          deletedAt: number;
          detached: Record<string, number>;
          ended?: {
            at?: number;
            by: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
          };
          hold?: {
            placedAt: number;
            placedBy: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            reason: string;
          };
          id: string;
          inTrash: boolean;
          missing: number;
          progress?: { done: number; total?: number };
          purgeAt?: number;
          reason?: string;
          root: { id: string; label?: string; table: string };
          state:
            | "removing"
            | "trashed"
            | "restoring"
            | "restored"
            | "purging"
            | "purged";
          taken: Record<string, number>;
          tenantId?: string;
        } | null>,
        Name
      >;
      hold: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          reason: string;
        },
        boolean,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          filter: { inTrash?: boolean; table?: string; tenantId?: string };
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<{
            actor: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            deletedAt: number;
            detached: Record<string, number>;
            ended?: {
              at?: number;
              by: {
                id: string;
                label?: string;
                type: "user" | "service" | "system" | "anonymous";
              };
            };
            hold?: {
              placedAt: number;
              placedBy: {
                id: string;
                label?: string;
                type: "user" | "service" | "system" | "anonymous";
              };
              reason: string;
            };
            id: string;
            inTrash: boolean;
            missing: number;
            progress?: { done: number; total?: number };
            purgeAt?: number;
            reason?: string;
            root: { id: string; label?: string; table: string };
            state:
              | "removing"
              | "trashed"
              | "restoring"
              | "restored"
              | "purging"
              | "purged";
            taken: Record<string, number>;
            tenantId?: string;
          }>;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      listOperation: FunctionReference<
        "query",
        "internal",
        {
          operationId: string;
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<{
            detached?: { field: string; value: string };
            id: string;
            table: string;
          }>;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      purge: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          reason?: string;
          room: { bytes: number; rows: number };
        },
        {
          slice: {
            deletedAt: number;
            isFirst: boolean;
            isLast: boolean;
            isWhole: boolean;
            items: Array<{
              detached?: { field: string; value: string };
              id: string;
              parents?: Array<{ id: string; table: string }>;
              table: string;
            }>;
            left: number;
            operationId: string;
            root: {
              id: string;
              parents: Array<{ id: string; table: string }>;
              table: string;
            };
          };
          step: number;
        } | null,
        Name
      >;
      release: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          reason: string;
        },
        boolean,
        Name
      >;
      remove: FunctionReference<
        "mutation",
        "internal",
        {
          action?: string;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          deletedAt: number;
          reason?: string;
          removals: Array<{
            items: Array<{
              bytes: number;
              detached?: { field: string; value: string };
              id: string;
              parents?: Array<{ id: string; table: string }>;
              table: string;
            }>;
            partOf?: {
              label?: string;
              whole: { id: string; label?: string; table: string };
            };
            purgeAt?: number;
            root: { id: string; label?: string; table: string };
            rootBytes: number;
            rootParents: Array<{ id: string; table: string }>;
            scan: {
              blockers?: "met" | "asked";
              item: number;
              relation: number;
            } | null;
          }>;
          tenantId?: string;
        },
        Array<{ operationId: string; step: number }>,
        Name
      >;
    };
    trashRestores: {
      checkRestore: FunctionReference<
        "query",
        "internal",
        {
          now: number;
          operationId: string;
          room: { bytes: number; rows: number };
        },
        null | {
          refusal: {
            holder?: { id: string; table: string };
            reason: "PARENT_DELETED" | "UNIQUE_TAKEN" | "EXPIRED" | "HELD";
            target: { id: string; table: string };
          } | null;
          slice: {
            deletedAt: number;
            isFirst: boolean;
            isLast: boolean;
            isWhole: boolean;
            items: Array<{
              detached?: { field: string; value: string };
              id: string;
              parents?: Array<{ id: string; table: string }>;
              table: string;
            }>;
            left: number;
            operationId: string;
            root: {
              id: string;
              parents: Array<{ id: string; table: string }>;
              table: string;
            };
          };
          state:
            | "removing"
            | "trashed"
            | "restoring"
            | "restored"
            | "purging"
            | "purged";
        },
        Name
      >;
      confirmRestore: FunctionReference<
        "mutation",
        "internal",
        {
          action?: string;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operations: Array<{
            isLast: boolean;
            left: number;
            operationId: string;
            related: Array<{ id: string; table: string }>;
          }>;
          reason?: string;
        },
        Array<{ step: number }>,
        Name
      >;
      findMembers: FunctionReference<
        "query",
        "internal",
        {
          below?: number;
          items: number;
          operationId: string;
          rows: Array<{ id: string; table: string }>;
        },
        {
          left: number;
          members: Array<{ id: string; table: string }>;
          others: Array<{ id: string; table: string }>;
        },
        Name
      >;
      noteMissing: FunctionReference<
        "mutation",
        "internal",
        { missing: number; operationId: string },
        null,
        Name
      >;
      restore: FunctionReference<
        "mutation",
        "internal",
        {
          action?: string;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationIds: Array<string>;
          reason?: string;
          room: { bytes: number; rows: number };
          uniqueTables: Array<string>;
          within?: { tenantId?: string };
        },
        Array<
          | { answer: "notFound" }
          | { answer: "already" }
          | {
              answer: "refused";
              conflict: {
                holder?: { id: string; table: string };
                reason: "PARENT_DELETED" | "UNIQUE_TAKEN" | "EXPIRED" | "HELD";
                target: { id: string; table: string };
              };
            }
          | {
              answer: "check";
              slice: {
                deletedAt: number;
                isFirst: boolean;
                isLast: boolean;
                isWhole: boolean;
                items: Array<{
                  detached?: { field: string; value: string };
                  id: string;
                  parents?: Array<{ id: string; table: string }>;
                  table: string;
                }>;
                left: number;
                operationId: string;
                root: {
                  id: string;
                  parents: Array<{ id: string; table: string }>;
                  table: string;
                };
              };
            }
          | {
              answer: "begun";
              slice: {
                deletedAt: number;
                isFirst: boolean;
                isLast: boolean;
                isWhole: boolean;
                items: Array<{
                  detached?: { field: string; value: string };
                  id: string;
                  parents?: Array<{ id: string; table: string }>;
                  table: string;
                }>;
                left: number;
                operationId: string;
                root: {
                  id: string;
                  parents: Array<{ id: string; table: string }>;
                  table: string;
                };
              };
              step: number;
            }
        >,
        Name
      >;
      turnBack: FunctionReference<
        "mutation",
        "internal",
        {
          action?: string;
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          reason?: string;
        },
        { step: number } | null,
        Name
      >;
    };
    trashSteps: {
      advance: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          report:
            | {
                did: "remove";
                items: Array<{
                  bytes: number;
                  detached?: { field: string; value: string };
                  id: string;
                  parents?: Array<{ id: string; table: string }>;
                  table: string;
                }>;
                scan: {
                  blockers?: "met" | "asked";
                  item: number;
                  relation: number;
                } | null;
              }
            | { blocker: { id: string; table: string }; did: "refuse" }
            | { did: "restore"; isLast: boolean; left: number; missing: number }
            | {
                conflict: {
                  holder?: { id: string; table: string };
                  reason:
                    "PARENT_DELETED" | "UNIQUE_TAKEN" | "EXPIRED" | "HELD";
                  target: { id: string; table: string };
                };
                did: "conflict";
              }
            | { did: "turn" };
          step: number;
        },
        { step: number } | null,
        Name
      >;
      next: FunctionReference<
        "query",
        "internal",
        {
          operationId: string;
          room: { bytes: number; rows: number };
          step: number;
        },
        | {
            deletedAt: number;
            isReturning: boolean;
            isWhole: boolean;
            items: Array<{
              detached?: { field: string; value: string };
              id: string;
              table: string;
            }>;
            root: { id: string; table: string };
            scan: {
              blockers?: "met" | "asked";
              item: number;
              relation: number;
            };
            tables: Array<string>;
            work: "remove";
          }
        | { work: "turn" }
        | {
            slice: {
              deletedAt: number;
              isFirst: boolean;
              isLast: boolean;
              isWhole: boolean;
              items: Array<{
                detached?: { field: string; value: string };
                id: string;
                parents?: Array<{ id: string; table: string }>;
                table: string;
              }>;
              left: number;
              operationId: string;
              root: {
                id: string;
                parents: Array<{ id: string; table: string }>;
                table: string;
              };
            };
            work: "restore";
          }
        | { work: "purge" }
        | null,
        Name
      >;
      purgeDue: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          room: { bytes: number; rows: number };
          tables: Array<string>;
        },
        {
          isDone: boolean;
          lost: Array<{ operationId: string; step: number }>;
          purged: Array<{
            slice: {
              deletedAt: number;
              isFirst: boolean;
              isLast: boolean;
              isWhole: boolean;
              items: Array<{
                detached?: { field: string; value: string };
                id: string;
                parents?: Array<{ id: string; table: string }>;
                table: string;
              }>;
              left: number;
              operationId: string;
              root: {
                id: string;
                parents: Array<{ id: string; table: string }>;
                table: string;
              };
            };
            step: number;
          }>;
        },
        Name
      >;
      purgeOn: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          operationId: string;
          room: { bytes: number; rows: number };
          step: number;
        },
        {
          slice: {
            deletedAt: number;
            isFirst: boolean;
            isLast: boolean;
            isWhole: boolean;
            items: Array<{
              detached?: { field: string; value: string };
              id: string;
              parents?: Array<{ id: string; table: string }>;
              table: string;
            }>;
            left: number;
            operationId: string;
            root: {
              id: string;
              parents: Array<{ id: string; table: string }>;
              table: string;
            };
          };
          step: number;
        } | null,
        Name
      >;
    };
    userProfileLinks: {
      link: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
          takeOver?: boolean;
          tokenIdentifier: string;
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      unlink: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
          tokenIdentifier: string;
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
    };
    userProfiles: {
      get: FunctionReference<
        "query",
        "internal",
        { id: string },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        } | null,
        Name
      >;
      getByIdentity: FunctionReference<
        "query",
        "internal",
        { tokenIdentifier: string },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        } | null,
        Name
      >;
      list: FunctionReference<
        "query",
        "internal",
        {
          administratorRole?: string;
          filter: {
            administrators?: true;
            order?: "asc" | "desc";
            status?: "active" | "suspended" | "deleted";
          };
          paginationOpts: {
            cursor: string | null;
            endCursor?: string | null;
            id?: number;
            maximumBytesRead?: number;
            maximumRowsRead?: number;
            numItems: number;
          };
        },
        {
          continueCursor: string;
          isDone: boolean;
          page: Array<{
            createdAt: number;
            email?: string;
            emailVerified?: boolean;
            grants: Array<{
              expiresAt?: number;
              role: string;
              tenantId?: string;
            }>;
            id: string;
            identities: Array<{
              deletedAt?: number;
              provider?: string;
              syncedAt: number;
              tokenIdentifier: string;
              version?: number;
            }>;
            label?: string;
            locale?: string;
            name?: string;
            phone?: string;
            pictureUrl?: string;
            preferences?: Record<string, any>;
            removal?: { at: number; reason?: string };
            status: "active" | "suspended" | "deleted";
            suspension?: { at: number; reason?: string };
            updatedAt: number;
            username?: string;
          }>;
          pageStatus?: "SplitRecommended" | "SplitRequired" | null;
          splitCursor?: string | null;
        },
        Name
      >;
      reactivate: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      remove: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      restore: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      search: FunctionReference<
        "query",
        "internal",
        {
          limit: number;
          query: string;
          status?: "active" | "suspended" | "deleted";
        },
        Array<{
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        }>,
        Name
      >;
      setRoles: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          roles?: Array<string>;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      suspend: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          reason?: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
      syncStatus: FunctionReference<
        "query",
        "internal",
        {},
        Array<{ at: number; profileId: string; provider: string }>,
        Name
      >;
      update: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          id: string;
          patch: {
            label?: string | null;
            preferences?: Record<string, any> | null;
          };
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          createdAt: number;
          email?: string;
          emailVerified?: boolean;
          grants: Array<{
            expiresAt?: number;
            role: string;
            tenantId?: string;
          }>;
          id: string;
          identities: Array<{
            deletedAt?: number;
            provider?: string;
            syncedAt: number;
            tokenIdentifier: string;
            version?: number;
          }>;
          label?: string;
          locale?: string;
          name?: string;
          phone?: string;
          pictureUrl?: string;
          preferences?: Record<string, any>;
          removal?: { at: number; reason?: string };
          status: "active" | "suspended" | "deleted";
          suspension?: { at: number; reason?: string };
          updatedAt: number;
          username?: string;
        },
        Name
      >;
    };
    userProfileSync: {
      applyEvent: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          event: {
            claims: {
              email?: string;
              emailVerified?: boolean;
              locale?: string;
              name?: string;
              phone?: string;
              pictureUrl?: string;
              username?: string;
            };
            eventId: string;
            kind: "upserted" | "deleted";
            provider: string;
            tokenIdentifier: string;
            version: number;
          };
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          change: "created" | "updated" | "none";
          profile: {
            createdAt: number;
            email?: string;
            emailVerified?: boolean;
            grants: Array<{
              expiresAt?: number;
              role: string;
              tenantId?: string;
            }>;
            id: string;
            identities: Array<{
              deletedAt?: number;
              provider?: string;
              syncedAt: number;
              tokenIdentifier: string;
              version?: number;
            }>;
            label?: string;
            locale?: string;
            name?: string;
            phone?: string;
            pictureUrl?: string;
            preferences?: Record<string, any>;
            removal?: { at: number; reason?: string };
            status: "active" | "suspended" | "deleted";
            suspension?: { at: number; reason?: string };
            updatedAt: number;
            username?: string;
          };
        },
        Name
      >;
      reconcile: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          events: Array<{
            claims: {
              email?: string;
              emailVerified?: boolean;
              locale?: string;
              name?: string;
              phone?: string;
              pictureUrl?: string;
              username?: string;
            };
            eventId: string;
            kind: "upserted" | "deleted";
            provider: string;
            tokenIdentifier: string;
            version: number;
          }>;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        { created: number; none: number; updated: number },
        Name
      >;
      sync: FunctionReference<
        "mutation",
        "internal",
        {
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          identity: string;
          provider?: string;
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          change: "created" | "updated" | "none";
          profile: {
            createdAt: number;
            email?: string;
            emailVerified?: boolean;
            grants: Array<{
              expiresAt?: number;
              role: string;
              tenantId?: string;
            }>;
            id: string;
            identities: Array<{
              deletedAt?: number;
              provider?: string;
              syncedAt: number;
              tokenIdentifier: string;
              version?: number;
            }>;
            label?: string;
            locale?: string;
            name?: string;
            phone?: string;
            pictureUrl?: string;
            preferences?: Record<string, any>;
            removal?: { at: number; reason?: string };
            status: "active" | "suspended" | "deleted";
            suspension?: { at: number; reason?: string };
            updatedAt: number;
            username?: string;
          };
        },
        Name
      >;
      upsert: FunctionReference<
        "mutation",
        "internal",
        {
          account: {
            claims: {
              email?: string;
              emailVerified?: boolean;
              locale?: string;
              name?: string;
              phone?: string;
              pictureUrl?: string;
              username?: string;
            };
            provider?: string;
            tokenIdentifier: string;
            version?: number;
          };
          caller: {
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            functionName?: string;
            ip: "full" | "truncated" | { hashKey: string } | "off";
            isUnnamed?: true;
            jobId?: string;
          };
          settings: {
            administratorRole?: string;
            defaultRole?: string;
            onChange?: string;
          };
        },
        {
          change: "created" | "updated" | "none";
          profile: {
            createdAt: number;
            email?: string;
            emailVerified?: boolean;
            grants: Array<{
              expiresAt?: number;
              role: string;
              tenantId?: string;
            }>;
            id: string;
            identities: Array<{
              deletedAt?: number;
              provider?: string;
              syncedAt: number;
              tokenIdentifier: string;
              version?: number;
            }>;
            label?: string;
            locale?: string;
            name?: string;
            phone?: string;
            pictureUrl?: string;
            preferences?: Record<string, any>;
            removal?: { at: number; reason?: string };
            status: "active" | "suspended" | "deleted";
            suspension?: { at: number; reason?: string };
            updatedAt: number;
            username?: string;
          };
        },
        Name
      >;
    };
  };
