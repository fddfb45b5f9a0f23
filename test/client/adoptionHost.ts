import { Migrations } from "@convex-dev/migrations";
import type { ComponentApi as MigrationsApi } from "@convex-dev/migrations/_generated/component.js";
import {
  componentsGeneric,
  defineSchema,
  defineTable,
  type DataModelFromSchemaDefinition,
} from "convex/server";
import { v } from "convex/values";
import type { Builders } from "../../src/client/guards/index.js";
import { Platform } from "../../src/client/index.js";
import { live, softDeleteFields } from "../../src/shared/validators.js";
import { component } from "../factories.js";
import { generated } from "./guardedHost.js";

/** A host that marked what was deleted by itself, before it had a trash. */
export const schema = defineSchema({
  notes: defineTable({
    title: v.string(),
    isDeleted: v.optional(v.boolean()),
    ...softDeleteFields,
  }).index("by_deletedAt", live([])),
  comments: defineTable({
    noteId: v.id("notes"),
    isDeleted: v.optional(v.boolean()),
    ...softDeleteFields,
  }).index("by_note", live(["noteId"])),
});
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;

export const platform = new Platform(component, {
  schema,
  roles: { reader: { can: ["notes.read"] } },
  tables: {
    notes: {
      label: "title",
      softDelete: {
        retentionDays: 30,
        cascade: [{ table: "comments", index: "by_note", onDelete: "cascade" }],
      },
    },
    comments: { softDelete: {} },
  },
});
export const { migrations: migrationsComponent } = componentsGeneric() as unknown as {
  migrations: MigrationsApi;
};
const migrations = new Migrations<DataModel>(migrationsComponent);
const builders = generated as unknown as Builders<DataModel>;

export const ADOPTED = { reason: "Deleted before there was a trash" };

// #region flag
/** Rows that bear a mark of their own go to the trash as if somebody had deleted them now. */
export const adoptComments = migrations.define({
  table: "comments",
  migrateOne: async (ctx, comment) => {
    if (comment.isDeleted) await platform.trash.softDelete(ctx, "comments", comment, ADOPTED);
    await ctx.db.patch("comments", comment._id, { isDeleted: undefined });
  },
});

export const adoptNotes = migrations.define({
  table: "notes",
  migrateOne: async (ctx, note) => {
    if (note.isDeleted) await platform.trash.softDelete(ctx, "notes", note, ADOPTED);
    await ctx.db.patch("notes", note._id, { isDeleted: undefined });
  },
});
// #endregion

// #region time
/** For a host whose own field is called `deletedAt`, too: as yet no operation stands behind it. */
export const adoptTimes = migrations.define({
  table: "notes",
  migrateOne: async (ctx, note) => {
    if (note.deletedAt === undefined) return;
    await ctx.db.patch("notes", note._id, { deletedAt: undefined });
    await platform.trash.softDelete(ctx, "notes", note._id, ADOPTED);
  },
});
// #endregion

export const titles = platform.functions(builders).query({
  args: {},
  permission: "public",
  handler: async (ctx) => (await ctx.db.query("notes").collect()).map(({ title }) => title),
});

export const { proceed, purge } = platform.trash.chores(builders);
