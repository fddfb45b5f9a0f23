import { anyApi, componentsGeneric, type ApiFromModules } from "convex/server";
import type * as files from "./files";
import type * as notes from "./notes";
import type * as strokes from "./tally/strokes";

export const api = anyApi as unknown as ApiFromModules<{
  notes: typeof notes;
  files: typeof files;
}>;

type Tally = ApiFromModules<{ strokes: typeof strokes }>;
export const { tally } = componentsGeneric() as unknown as { tally: Tally };
