/**
 * Validators of what the platform's methods return, for the `returns` of a host's own functions, and
 * what a host's schema takes from the platform.
 *
 * @module
 */
export { vExport } from "./auditExports.js";
export { vActor, vAuditEntry, vChange, vReference, vTarget } from "./auditLogs.js";
export { vSealHead } from "./auditSealing.js";
export { vBatch, vBatchEnd } from "./jobBatches.js";
export { vJob, vJobCount, vJobEnd, vJobFilter, vQueue, vReceipt, vRedrive } from "./jobs.js";
export { live, softDeleteFields } from "./softDelete.js";
export {
  vRestoreCheck,
  vRestoreConflict,
  vTrashFilter,
  vTrashItem,
  vTrashOperation,
} from "./trash.js";
export { vProfile } from "./userProfiles.js";
