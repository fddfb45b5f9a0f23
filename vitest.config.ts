import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**"],
    typecheck: { include: ["test/**/*.test-d.ts"] },
    setupFiles: ["test/setup.ts"],
    environment: "edge-runtime",
    server: { deps: { inline: ["convex-test"] } },
    // Convex runs on UTC.
    env: { TZ: "UTC" },
  },
});
