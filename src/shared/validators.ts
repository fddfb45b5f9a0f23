/**
 * Validators of what the platform's methods take and return, for the `args` and `returns` of a host's
 * own functions, and what a host's schema takes from the platform.
 *
 * @module
 */
export { vExport } from "./auditExports.js";
export { vActor, vAuditEntry, vChange, vEntryFilter, vReference, vTarget } from "./auditLogs.js";
export { vSealHead } from "./auditSealing.js";
export { vBatch, vBatchEnd } from "./jobBatches.js";
export { vJob, vJobCount, vJobEnd, vJobFilter, vQueue, vReceipt, vRedrive } from "./jobs.js";
export { vGrant } from "./permissions.js";
export { live, softDeleteFields } from "./softDelete.js";
export {
  vRestoreCheck,
  vRestoreConflict,
  vTrashFilter,
  vTrashItem,
  vTrashOperation,
} from "./trash.js";
export { vProfile, vProfileFilter } from "./userProfiles.js";
