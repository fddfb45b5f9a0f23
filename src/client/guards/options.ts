import type { GenericValidator, PropertyValidators } from "convex/values";
import type { TrashTables } from "../tableChecks.js";
import type { AdmissionOptions, Args, Gates } from "./admission.js";
import type { RecordingOptions } from "./recording.js";

/** What the host declared once, for all of its functions. */
export type GuardOptions = AdmissionOptions & RecordingOptions & { trash: TrashTables };

/** A guarded function's definition, as it is at run time; its types have done their work by then. */
export type Definition = Gates & {
  args: PropertyValidators;
  returns?: GenericValidator | PropertyValidators;
  empty?: unknown;
  audit?: string;
  mayChange?: readonly string[];
  recordDenials?: boolean;
  handler: (ctx: object, args: Args, loaded: unknown) => unknown;
};
