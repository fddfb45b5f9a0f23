// #region platform
import { Platform } from "convex-platform";
import { components } from "./_generated/api";
import { permissions, roles } from "./roles";
import schema from "./schema";

export const platform = new Platform(components.platform, {
  schema,
  permissions,
  roles,
  defaultRole: "viewer",
  administratorRole: "admin",
  tables: { invoices: { label: "number", protect: ["number", "ownerId"] } },
});
// #endregion
