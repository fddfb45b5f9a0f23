import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, run, runNode } from "./commands";

/** What the host brings along for its own tests. */
const HOST_TOOLS = ["vitest", "vite", "convex-test", "@edge-runtime/vm"];

/** An app with one table that audits what it writes; the least a host can be. */
const HOST_FILES = {
  "package.json": `{ "name": "host", "private": true, "type": "module", "dependencies": { "convex": "*" } }`,

  "vitest.config.js": `
    export default {
      test: { environment: "edge-runtime", server: { deps: { inline: ["convex-test"] } } },
    };`,

  "convex/convex.config.ts": `
    import platform from "convex-platform/convex.config";
    import { defineApp } from "convex/server";
    const app = defineApp();
    app.use(platform);
    export default app;`,

  "convex/schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({ notes: defineTable({ text: v.string() }) });`,

  "convex/platform.ts": `
    import { Platform } from "convex-platform";
    import { components } from "./_generated/api";
    import schema from "./schema";
    export const platform = new Platform(components.platform, { schema });`,

  "convex/notes.ts": `
    import { v } from "convex/values";
    import { mutation, query } from "./_generated/server";
    import { platform } from "./platform";

    export const create = mutation({
      args: { text: v.string() },
      handler: async (ctx, { text }) => {
        const id = await ctx.db.insert("notes", { text });
        await platform.audit(ctx, { action: "notes.created", target: { table: "notes", id } });
        return id;
      },
    });

    export const history = query({
      args: { id: v.id("notes") },
      handler: async (ctx, { id }) =>
        await platform.auditLogs.list(ctx, { target: { table: "notes", id } }),
    });`,

  "convex/notes.test.ts": `
    /// <reference types="vite/client" />
    import platformTest from "convex-platform/test";
    import { convexTest } from "convex-test";
    import { expect, test } from "vitest";
    import { api } from "./_generated/api";
    import schema from "./schema";

    test("a note that was created is in its history", async () => {
      const t = convexTest(schema, import.meta.glob("./**/*.*s"));
      platformTest.register(t);
      const id = await t.mutation(api.notes.create, { text: "hello" });
      const { page } = await t.query(api.notes.history, { id });
      expect(page.map(({ action, target }) => ({ action, target }))).toEqual([
        { action: "notes.created", target: { table: "notes", id } },
      ]);
    });`,
};

/**
 * Creates the host in `dir`: installs the tarball and lets the CLI write what it writes for a new
 * app, which is the types of the mounted component too.
 */
export async function createHostApp(dir: string, tarball: string): Promise<void> {
  for (const [file, text] of Object.entries(HOST_FILES)) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  }
  await install(dir, tarball);
  await initConvex(dir);
}

/**
 * As npm would, without asking a registry: the package is unpacked, and beside it lies only what it
 * declares, so that an undeclared import does not resolve.
 */
async function install(dir: string, tarball: string): Promise<void> {
  const target = path.join(dir, "node_modules", "convex-platform");
  await mkdir(target, { recursive: true });
  const unpacked = await run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  if (unpacked.code !== 0) throw new Error(unpacked.stderr);

  const manifest = await readFile(path.join(target, "package.json"), "utf8");
  const { dependencies, peerDependencies } = JSON.parse(manifest) as Record<string, object>;
  for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), ...HOST_TOOLS]) {
    const link = path.join(dir, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(ROOT, "node_modules", name), link);
  }
}

/** Generated code and the CLI's own tsconfig, made to check declaration files as well. */
async function initConvex(dir: string): Promise<void> {
  const codegen = pathToFileURL(path.join(ROOT, "scripts/codegen/cli.mjs")).href;
  const script = `
    import { convexCodegen } from ${JSON.stringify(codegen)};
    await convexCodegen(${JSON.stringify(dir)}, ["--init"]);`;
  const { code, stderr } = await runNode(["--input-type=module", "--eval", script]);
  if (code !== 0) throw new Error(stderr);

  const tsconfig = path.join(dir, "convex", "tsconfig.json");
  const lenient = await readFile(tsconfig, "utf8");
  await writeFile(tsconfig, lenient.replace(`"skipLibCheck": true`, `"skipLibCheck": false`));
}
