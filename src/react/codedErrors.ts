import { ConvexError } from "convex/values";
import type { ErrorCode, PlatformErrorData } from "../shared/errors.js";

/** Why something was refused: by this package, or by the host with a code of its own. */
export type CodedError = Omit<PlatformErrorData, "code"> & {
  // So that our own codes complete in an editor.
  code: ErrorCode | (string & {});
};

/** What a `ConvexError` carries that may be one of ours; nothing of any other. */
export function dataOf(thrown: unknown): { [Key in keyof CodedError]?: unknown } {
  return (thrown instanceof ConvexError && thrown.data) || {};
}
