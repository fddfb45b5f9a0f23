/** What `convex.config.ts` says to a deployment: the app and the components it mounts. */
import { register } from "convex-platform/test";
import schema from "../convex/schema";
import type { Mount } from "./engine";

const mounts: Mount[] = [{ path: "", schema, modules: import.meta.glob("../convex/**/*.{js,ts}") }];
register({
  registerComponent: (path: string, schema: Mount["schema"], modules: Mount["modules"]) =>
    mounts.push({ path, schema, modules }),
} as never);
export default mounts;
