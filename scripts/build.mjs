// Builds `dist/` from `src/`: from nothing each time, so that a deleted file does not live on.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execFileSync("npx", ["tsc", "--project", "tsconfig.build.json"], { stdio: "inherit" });
