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
  "userProfiles.read",
  "userProfiles.invite",
] as const;

export const roles = {
  viewer: { can: ["*.read"] },
  editor: {
    extends: ["viewer"],
    can: ["invoices.create", "invoices.update", "invoices.send", "invoices.pay"],
  },
  admin: { can: ["*"] },
} as const;
