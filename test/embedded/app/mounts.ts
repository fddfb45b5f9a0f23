import type { Mount } from "../../../example/embedded/engine";
import schema from "./schema";
import tallySchema from "./tally/schema";

/** convex-test finds the folder of functions by this one; the fixture needs none of its contents. */
const generated = async () => ({});

export default [
  {
    path: "",
    schema,
    modules: { ...import.meta.glob("./*.ts"), "./_generated/api.js": generated },
  },
  {
    path: "tally",
    schema: tallySchema,
    modules: { ...import.meta.glob("./tally/*.ts"), "./tally/_generated/api.js": generated },
  },
] satisfies Mount[];
