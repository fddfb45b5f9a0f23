// Builds `dist/` from `src/`: from nothing each time, so that a deleted file does not live on.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

/** What hosts import from `src/client`. */
const ENTRIES = ["index", "http"];

rmSync("dist", { recursive: true, force: true });
execFileSync("npx", ["tsc", "--project", "tsconfig.build.json"], { stdio: "inherit" });

// A host's functions load the client at every cold start: one file instead of a dozen takes a
// quarter of the time. The component stays in modules, because their paths are its API.
await build({
  entryPoints: ENTRIES.map((name) => `dist/client/${name}.js`),
  outdir: "dist/client",
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  platform: "neutral",
  external: ["convex"],
  sourcemap: true,
  logLevel: "warning",
});
for (const file of readdirSync("dist/client", { recursive: true, encoding: "utf8" })) {
  const [name] = file.split(".");
  if (/\.js(\.map)?$/.test(file) && !ENTRIES.includes(name)) rmSync(`dist/client/${file}`);
}
