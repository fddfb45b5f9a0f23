// The unmodified Convex CLI, pointed at the stub deployment.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { startStubDeployment } from "./stub.mjs";

/**
 * Runs `convex codegen` in a project, without a deployment.
 *
 * @param {string} root - folder of the project's `package.json`; its own `convex` is the CLI used
 * @param {string[]} [args] - further arguments of `convex codegen`
 * @throws Error when the CLI fails; it has said why on stderr
 */
export async function convexCodegen(root, args = []) {
  const deployment = await startStubDeployment();
  try {
    const cli = path.join(root, "node_modules", "convex", "bin", "main.js");
    const target = ["--url", deployment.url, "--admin-key", "offline", "--typecheck", "disable"];
    const child = spawn(process.execPath, [cli, "codegen", ...target, ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      // A proxy would be asked for 127.0.0.1 too; CI keeps the CLI from reporting its errors home.
      env: { ...process.env, NO_PROXY: "127.0.0.1", CI: "1" },
    });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`convex codegen ${args.join(" ")} failed in ${root}`);
  } finally {
    await deployment.stop();
  }
}
