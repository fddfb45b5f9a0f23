import { Platform } from "convex-platform";
import { components } from "./_generated/api";
import schema from "./schema";

export const platform = new Platform(components.platform, {
  schema,
  roles: { viewer: { can: ["notes.read"] } },
  defaultRole: "viewer",
});
