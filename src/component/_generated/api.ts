/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as auditChain from "../auditChain.js";
import type * as auditErasure from "../auditErasure.js";
import type * as auditEvidence from "../auditEvidence.js";
import type * as auditExportChores from "../auditExportChores.js";
import type * as auditExportJobs from "../auditExportJobs.js";
import type * as auditExportStages from "../auditExportStages.js";
import type * as auditExportSteps from "../auditExportSteps.js";
import type * as auditExports from "../auditExports.js";
import type * as auditLogs from "../auditLogs.js";
import type * as auditReading from "../auditReading.js";
import type * as auditRecording from "../auditRecording.js";
import type * as auditRetention from "../auditRetention.js";
import type * as auditSeals from "../auditSeals.js";
import type * as auditStats from "../auditStats.js";
import type * as auditVerification from "../auditVerification.js";
import type * as chores from "../chores.js";
import type * as crons from "../crons.js";
import type * as functions from "../functions.js";
import type * as jobActors from "../jobActors.js";
import type * as jobBatchCounts from "../jobBatchCounts.js";
import type * as jobBatches from "../jobBatches.js";
import type * as jobEnds from "../jobEnds.js";
import type * as jobEnqueuing from "../jobEnqueuing.js";
import type * as jobKeys from "../jobKeys.js";
import type * as jobPlaces from "../jobPlaces.js";
import type * as jobReading from "../jobReading.js";
import type * as jobRecords from "../jobRecords.js";
import type * as jobRedrives from "../jobRedrives.js";
import type * as jobReports from "../jobReports.js";
import type * as jobSigns from "../jobSigns.js";
import type * as jobSlots from "../jobSlots.js";
import type * as jobSteps from "../jobSteps.js";
import type * as jobSweeps from "../jobSweeps.js";
import type * as jobs from "../jobs.js";
import type * as rateLimits from "../rateLimits.js";
import type * as trash from "../trash.js";
import type * as trashRecords from "../trashRecords.js";
import type * as trashRestores from "../trashRestores.js";
import type * as trashSlices from "../trashSlices.js";
import type * as trashSteps from "../trashSteps.js";
import type * as userProfileLinks from "../userProfileLinks.js";
import type * as userProfileRecords from "../userProfileRecords.js";
import type * as userProfileSync from "../userProfileSync.js";
import type * as userProfiles from "../userProfiles.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import { anyApi, componentsGeneric } from "convex/server";

const fullApi: ApiFromModules<{
  auditChain: typeof auditChain;
  auditErasure: typeof auditErasure;
  auditEvidence: typeof auditEvidence;
  auditExportChores: typeof auditExportChores;
  auditExportJobs: typeof auditExportJobs;
  auditExportStages: typeof auditExportStages;
  auditExportSteps: typeof auditExportSteps;
  auditExports: typeof auditExports;
  auditLogs: typeof auditLogs;
  auditReading: typeof auditReading;
  auditRecording: typeof auditRecording;
  auditRetention: typeof auditRetention;
  auditSeals: typeof auditSeals;
  auditStats: typeof auditStats;
  auditVerification: typeof auditVerification;
  chores: typeof chores;
  crons: typeof crons;
  functions: typeof functions;
  jobActors: typeof jobActors;
  jobBatchCounts: typeof jobBatchCounts;
  jobBatches: typeof jobBatches;
  jobEnds: typeof jobEnds;
  jobEnqueuing: typeof jobEnqueuing;
  jobKeys: typeof jobKeys;
  jobPlaces: typeof jobPlaces;
  jobReading: typeof jobReading;
  jobRecords: typeof jobRecords;
  jobRedrives: typeof jobRedrives;
  jobReports: typeof jobReports;
  jobSigns: typeof jobSigns;
  jobSlots: typeof jobSlots;
  jobSteps: typeof jobSteps;
  jobSweeps: typeof jobSweeps;
  jobs: typeof jobs;
  rateLimits: typeof rateLimits;
  trash: typeof trash;
  trashRecords: typeof trashRecords;
  trashRestores: typeof trashRestores;
  trashSlices: typeof trashSlices;
  trashSteps: typeof trashSteps;
  userProfileLinks: typeof userProfileLinks;
  userProfileRecords: typeof userProfileRecords;
  userProfileSync: typeof userProfileSync;
  userProfiles: typeof userProfiles;
}> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
> = anyApi as any;

export const components = componentsGeneric() as unknown as {
  rateLimiter: import("@convex-dev/rate-limiter/_generated/component.js").ComponentApi<"rateLimiter">;
};
