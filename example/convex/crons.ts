import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

// The component seals by itself; the desk does so to keep the head of each seal.
crons.interval("seal and keep the head", { minutes: 5 }, internal.auditProofs.sealInBackground, {});
crons.interval("prune the audit log", { hours: 24 }, internal.auditProofs.prune, {});
// #region purge
crons.interval("purge the trash", { hours: 24 }, internal.trash.purge, {});
// #endregion

export default crons;
