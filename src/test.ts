/// <reference types="vite/client" />
import rateLimiter from "@convex-dev/rate-limiter/test";
import type { TestConvex } from "convex-test";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import schema from "./component/schema.js";

export { expectAudit, type ExpectedEntry } from "./testEntries.js";
export { finishJobs, type FinishJobsOptions } from "./testJobs.js";
export { asUser, type TestUser } from "./testUsers.js";
export {
  findUnauditedWrites,
  type UnauditedWrite,
  type UnauditedWriteOptions,
} from "./unauditedWrites.js";

const modules = import.meta.glob("./component/**/*.ts");

/**
 * Registers the component for a host's tests with `convex-test`, and those mounted inside of it.
 *
 * @param t - what `convexTest(schema, modules)` returned
 * @param name - the name under which `app.use` mounts it
 */
export function register(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name: string = "platform",
): void {
  t.registerComponent(name, schema, modules);
  rateLimiter.register(t, `${name}/rateLimiter`);
}

export default { register, schema, modules };
