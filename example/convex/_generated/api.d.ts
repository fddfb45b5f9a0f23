/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as attempts from "../attempts.js";
import type * as auditLogs from "../auditLogs.js";
import type * as auditProofs from "../auditProofs.js";
import type * as breakIt from "../breakIt.js";
import type * as crons from "../crons.js";
import type * as functions from "../functions.js";
import type * as invoiceRules from "../invoiceRules.js";
import type * as invoiceSearch from "../invoiceSearch.js";
import type * as invoices from "../invoices.js";
import type * as jobs from "../jobs.js";
import type * as lineItems from "../lineItems.js";
import type * as mailServer from "../mailServer.js";
import type * as mails from "../mails.js";
import type * as overview from "../overview.js";
import type * as people from "../people.js";
import type * as peopleSeed from "../peopleSeed.js";
import type * as platform from "../platform.js";
import type * as queues from "../queues.js";
import type * as reports from "../reports.js";
import type * as roles from "../roles.js";
import type * as seed from "../seed.js";
import type * as seedData from "../seedData.js";
import type * as seedHistory from "../seedHistory.js";
import type * as seedJobs from "../seedJobs.js";
import type * as seedPlans from "../seedPlans.js";
import type * as seedTimes from "../seedTimes.js";
import type * as seedTrash from "../seedTrash.js";
import type * as trash from "../trash.js";
import type * as trashSubjects from "../trashSubjects.js";
import type * as userProfiles from "../userProfiles.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  attempts: typeof attempts;
  auditLogs: typeof auditLogs;
  auditProofs: typeof auditProofs;
  breakIt: typeof breakIt;
  crons: typeof crons;
  functions: typeof functions;
  invoiceRules: typeof invoiceRules;
  invoiceSearch: typeof invoiceSearch;
  invoices: typeof invoices;
  jobs: typeof jobs;
  lineItems: typeof lineItems;
  mailServer: typeof mailServer;
  mails: typeof mails;
  overview: typeof overview;
  people: typeof people;
  peopleSeed: typeof peopleSeed;
  platform: typeof platform;
  queues: typeof queues;
  reports: typeof reports;
  roles: typeof roles;
  seed: typeof seed;
  seedData: typeof seedData;
  seedHistory: typeof seedHistory;
  seedJobs: typeof seedJobs;
  seedPlans: typeof seedPlans;
  seedTimes: typeof seedTimes;
  seedTrash: typeof seedTrash;
  trash: typeof trash;
  trashSubjects: typeof trashSubjects;
  userProfiles: typeof userProfiles;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {
  platform: import("convex-platform/_generated/component.js").ComponentApi<"platform">;
};
