// #region platform
import { Platform } from "convex-platform";
import { components } from "./_generated/api";
import { RETENTION_DAYS } from "./invoiceRules";
import { queues } from "./queues";
import { permissions, roles } from "./roles";
import schema from "./schema";

export const platform = new Platform(components.platform, {
  schema,
  permissions,
  roles,
  defaultRole: "viewer",
  administratorRole: "admin",
  // Saved up to five, one comes back every three seconds.
  rateLimits: { knocks: { kind: "token bucket", rate: 1, period: 3_000, capacity: 5 } },
  queues,
  tables: {
    invoices: {
      label: "number",
      protect: ["number", "ownerId"],
      softDelete: {
        retentionDays: RETENTION_DAYS,
        cascade: [{ table: "lineItems", index: "by_invoice", onDelete: "cascade" }],
        unique: ["by_number"],
      },
    },
    lineItems: {
      label: "description",
      partOf: { table: "invoices", field: "invoiceId" },
      audit: { ignore: ["position"] },
      softDelete: { retentionDays: RETENTION_DAYS },
    },
  },
});
// #endregion
