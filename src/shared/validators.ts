/**
 * Validators of what the platform's methods return, for the `returns` of a host's own functions.
 *
 * @module
 */
export { vExport } from "./auditExports.js";
export { vActor, vAuditEntry, vChange, vReference, vTarget } from "./auditLogs.js";
export { vSealHead } from "./auditSealing.js";
export { vProfile } from "./userProfiles.js";
