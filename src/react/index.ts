/**
 * Hooks over functions that the host exports: those of `platform.api`, or its own. They bring no
 * markup and no styles.
 *
 * @module
 */
export { updatePages, type PagePlace } from "./updatePages.js";
export type { CodedError } from "./codedErrors.js";
export { useAuditLog, useJobs, useTrash, type FilteredQuery, type UseList } from "./lists.js";
export { useJob, type CurrentJob, type JobQuery } from "./useJob.js";
export { usePage, type PageList } from "./usePage.js";
export { usePermission, type PermissionAnswer } from "./usePermission.js";
export { usePlatformMutation, type Outcome, type PlatformMutation } from "./usePlatformMutation.js";
export { useProfile, type CurrentProfile, type ProfileQuery } from "./useProfile.js";
