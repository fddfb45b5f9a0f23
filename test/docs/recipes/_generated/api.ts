import { anyApi, componentsGeneric, type FunctionReference } from "convex/server";
import type { ComponentApi } from "../../../../src/component/_generated/component.js";

/** As `convex codegen` would write it for an app with these recipes, as far as they use it. */
type Trigger = FunctionReference<"mutation", "internal", Record<string, unknown>>;
export const internal = anyApi as unknown as {
  auth: { onCreate: Trigger; onUpdate: Trigger; onDelete: Trigger };
};
export const components = componentsGeneric() as unknown as {
  platform: ComponentApi;
  betterAuth: never;
};
