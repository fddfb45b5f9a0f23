// #region mount
import { defineApp } from "convex/server";
import platform from "convex-platform/convex.config";

const app = defineApp();
app.use(platform);

export default app;
// #endregion
