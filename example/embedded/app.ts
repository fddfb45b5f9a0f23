/** What `convex.config.ts` says to a deployment: the app and the components it mounts. */
import platform from "convex-platform/test";
import schema from "../convex/schema";

const modules = import.meta.glob("../convex/**/*.{js,ts}");
export default [
  { path: "", schema, modules },
  { path: "platform", schema: platform.schema, modules: platform.modules },
];
