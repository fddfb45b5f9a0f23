import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

/** A component whose table has the name of one of the app's, on purpose. */
export default defineSchema({ notes: defineTable({ reason: v.string() }) });
