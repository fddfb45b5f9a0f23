// Runs the bench: `npm run bench -- [--json] [--row N]…`. See bench/main.ts.
//
// Node cannot run TypeScript by itself on all versions we support, and the rows find modules by
// `import.meta.glob`: so Vite loads them. convex-test and the peers go through Vite too. There
// must be one copy of convex-test, the one the instrument hooks, and peers are published as source.
import { createServer } from "vite";

const server = await createServer({
  configFile: false,
  root: new URL("..", import.meta.url).pathname,
  appType: "custom",
  logLevel: "warn",
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  ssr: {
    noExternal: [
      "convex-test",
      "convex-audit-log",
      "@convex-dev/action-retrier",
      "@convex-dev/aggregate",
      "@convex-dev/batch-worker",
      "@convex-dev/workpool",
    ],
  },
});
try {
  const { main } = await server.ssrLoadModule("/bench/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  await server.close();
}
// Worlds leave timers behind, of files that expire in a day: nobody waits for those.
process.exit();
