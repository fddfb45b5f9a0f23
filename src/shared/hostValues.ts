import { v, type Value, type VAny } from "convex/values";

/** Host data that we only carry. */
export const vValue = v.any() as VAny<Value>;
