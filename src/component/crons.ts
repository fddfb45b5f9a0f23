import { cronJobs } from "convex/server";
import { internal } from "./_generated/api.js";

const crons = cronJobs();

// What is committed stands open to change until it is sealed; a host that cannot wait calls `seal`.
// Jobs ride along: their sweep schedules itself where something is due earlier.
crons.interval("seal the audit log and sweep jobs", { minutes: 10 }, internal.chores.run, {});
crons.interval("forget idempotency keys", { hours: 6 }, internal.auditLogs.forgetKeys, {});
crons.interval("look after exports", { hours: 24 }, internal.auditExportChores.lookAfter, {});

export default crons;
