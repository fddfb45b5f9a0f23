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
    auditLogs: {
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
          changes: Array<{ after?: any; before?: any; path: string }>;
          commitTs: bigint;
          id: string;
          jobId?: string;
          metadata?: Record<string, any>;
          operationId?: string;
          outcome: "success" | "failure" | "denied";
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
            changes: Array<{ after?: any; before?: any; path: string }>;
            commitTs: bigint;
            id: string;
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
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
            ip: "full" | "truncated" | "off";
          };
          entry: {
            action: string;
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            changes: Array<{ after?: any; before?: any; path: string }>;
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
            reason?: string;
            related: Array<{ id: string; table: string }>;
            target: { id: string; label?: string; table: string };
            tenantId?: string;
          };
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
            ip: "full" | "truncated" | "off";
          };
          entries: Array<{
            action: string;
            actor?: {
              id: string;
              label?: string;
              type: "user" | "service" | "system" | "anonymous";
            };
            changes: Array<{ after?: any; before?: any; path: string }>;
            jobId?: string;
            metadata?: Record<string, any>;
            operationId?: string;
            outcome: "success" | "failure" | "denied";
            reason?: string;
            related: Array<{ id: string; table: string }>;
            target: { id: string; label?: string; table: string };
            tenantId?: string;
          }>;
        },
        Array<string>,
        Name
      >;
    };
  };
