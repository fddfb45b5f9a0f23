import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**"],
    typecheck: { include: ["test/**/*.test-d.ts"] },
    setupFiles: ["test/setup.ts"],
    environment: "edge-runtime",
    // No test promises a time: what is slow on a busy machine is not broken.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One a core: the main process waits for them.
    maxWorkers: "100%",
    // The official components import without extensions, which only bundlers resolve.
    server: { deps: { inline: ["convex-test", /@convex-dev\//] } },
    // Convex runs on UTC.
    env: { TZ: "UTC" },
  },
});
