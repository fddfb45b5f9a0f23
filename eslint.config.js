import convex from "@convex-dev/eslint-plugin";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Functions directories: the preset only knows folders named `convex`, ours are these two. */
const CONVEX_FILES = ["src/component/**/*.ts", "example/convex/**/*.ts"];
const [{ rules: convexRules }] = convex.configs.recommended;

/**
 * `shared → component → client`, and `shared → react`: what a layer may not import. Hooks know the
 * functions that a host exports, and nothing of what is behind them.
 */
const LAYERS = {
  shared: ["component", "client", "react"],
  component: ["client", "react"],
  client: ["react"],
  react: ["component", "client"],
};

/** A component may use the types of what it imports from `convex/server`; the layer rules are about our own folders. */
const layerRules = Object.entries(LAYERS).map(([layer, above]) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: above.map((name) => ({
          group: [`**/${name}/**`],
          message: `Imports run shared → component → client, and shared → react: not from ${layer} to ${name}.`,
        })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist*", "coverage", "**/_generated", "example/dist", "example/.vite"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: CONVEX_FILES,
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@convex-dev": convex },
    rules: {
      ...convexRules,
      "@convex-dev/no-collect-in-query": "error",
      "@convex-dev/no-filter-in-query": "error",
      "@convex-dev/no-top-of-hour-crons": "error",
      "@typescript-eslint/no-floating-promises": "error",
      // `no-process-env` does not fire in these folders; a component has no environment anyway.
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Convex functions take settings as arguments.",
        },
      ],
    },
  },
  {
    // The app's functions can be reached from browsers, so all of them are guarded. The guarded
    // builders check more than `require-access-control` can see, which looks into handlers only.
    files: ["example/convex/**/*.ts"],
    // The seed writes in others' names, and the chores of the trash ask nobody.
    ignores: ["example/convex/functions.ts", "example/convex/seed.ts", "example/convex/trash.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/_generated/server"],
              allowTypeImports: true,
              message: "Take the guarded builders of ./functions.",
            },
          ],
        },
      ],
    },
  },
  ...layerRules,
  {
    // The bottom area: everybody may call recordEntry, it calls nobody. Exports stand above it and
    // above jobs, which use recordEntry only: so there is no circle.
    files: ["src/component/audit*.ts"],
    ignores: ["src/component/auditExport*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/client/**", "**/react/**"],
              message: "component is below client and react.",
            },
            {
              group: [
                "./userProfile*",
                "./trash*",
                "./job*",
                "./files*",
                "./webhooks*",
                "./auditExport*",
              ],
              message: "auditLogs is the bottom area: it calls no other one.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/component/auditExport*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/client/**", "**/react/**"],
              message: "component is below client and react.",
            },
            {
              group: ["./userProfile*", "./trash*", "./files*", "./webhooks*"],
              message: "Exports read the log and run as jobs: they call no other area.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/component/job*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/client/**", "**/react/**"],
              message: "component is below client and react.",
            },
            {
              group: ["./audit*", "!./auditRecording.js"],
              message: "Jobs record entries and use nothing else of the log: its exports are jobs.",
            },
          ],
        },
      ],
    },
  },
  { files: ["example/src/**/*.tsx"], ...reactHooks.configs.flat.recommended },
);
