import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The demo in a real browser. Its own configuration: it needs Chromium, which the other tests do not. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/browser/demo.ts"],
    environment: "node",
    // As in the other tests: what is slow on a busy machine is not broken.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One browser and one dev server at a time is what two cores carry.
    fileParallelism: false,
  },
});
