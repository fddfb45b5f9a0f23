import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("prune the audit log", { hours: 24 }, internal.auditProofs.prune, {});
// #region purge
crons.interval("purge the trash", { hours: 24 }, internal.trash.purge, {});
// #endregion

export default crons;
