// #region platform
import { Platform } from "convex-platform";
import { components } from "./_generated/api";
import schema from "./schema";

export const platform = new Platform(components.platform, { schema });
// #endregion
