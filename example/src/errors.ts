import { isPlatformError, type FieldError } from "convex-platform";
import { toast } from "./ui/toast";

/** What a form shows: a sentence for itself, and one for each bad field by its path. */
export type FormErrors = { message: string; fields: Record<string, string> };

// #region errors
/** Runs a mutation; what the backend refuses comes back for the form to show. */
export async function attempt(work: () => Promise<unknown>): Promise<FormErrors | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isPlatformError(error, "VALIDATION_FAILED")) {
      return { message: error.data.message, fields: messagesOf(error.data.fields ?? {}) };
    }
    if (isPlatformError(error)) return { message: error.data.message, fields: {} };
    throw error; // a bug, not a refusal
  }
}
// #endregion

/** {@link attempt} for a button without a form: a refusal becomes a toast. */
export async function attemptWithToast(work: () => Promise<unknown>): Promise<boolean> {
  const errors = await attempt(work);
  if (errors) toast.error(errors.message);
  return errors === null;
}

function messagesOf(fields: Record<string, FieldError>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([path, { message }]) => [path, message]));
}
