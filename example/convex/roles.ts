import { v } from "convex/values";

/** All that somebody may be allowed to do at the desk. */
export const permissions = [
  "invoices.read",
  "invoices.create",
  "invoices.update",
  "invoices.send",
  "invoices.pay",
  "invoices.void",
  "invoices.remove",
  "auditLogs.read",
  "auditLogs.export",
  "auditLogs.seal",
  "auditLogs.verify",
  "auditLogs.prune",
  "auditLogs.flood",
  "trash.read",
  "trash.restore",
  "trash.hold",
  "trash.purge",
  "jobs.read",
  "jobs.enqueue",
  "jobs.cancel",
  "jobs.retry",
  "jobs.redrive",
  "jobs.pause",
  "userProfiles.read",
  "userProfiles.update",
  "userProfiles.setRoles",
  "userProfiles.suspend",
  "userProfiles.remove",
  "userProfiles.invite",
] as const;

// #region roles
export const roles = {
  viewer: { can: ["*.read"] },
  editor: {
    extends: ["viewer"],
    can: [
      "invoices.create",
      "invoices.update",
      "invoices.send",
      "invoices.pay",
      "trash.restore",
      "jobs.enqueue",
      "jobs.cancel",
      "jobs.retry",
    ],
  },
  admin: { can: ["*"] },
} as const;
// #endregion

export type Permission = (typeof permissions)[number];
export type RoleName = keyof typeof roles;

export const roleNames = Object.keys(roles) as RoleName[];

/** One of the roles above, as an argument. */
export const vRole = v.union(...roleNames.map((name) => v.literal(name)));
