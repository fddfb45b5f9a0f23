import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("prune the audit log", { hours: 24 }, internal.auditProofs.prune, {});

export default crons;
