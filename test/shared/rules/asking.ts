import { expect } from "vitest";
import type { Rule } from "../../../src/shared/rules";

/** What a rule says: the value it gives back, or the code of each fault by its path. */
export function ask(rule: Rule, value: unknown): unknown {
  const result = rule["~standard"].validate(value);
  return result.issues
    ? Object.fromEntries(result.issues.map(({ path, code }) => [path.join("."), code]))
    : result.value;
}

/** What {@link ask} gives for a value that is itself the fault. */
export const refused = (code: string) => ({ "": code });

/** The error of a rule that is written wrongly. */
export const misconfigured = (message: RegExp) =>
  expect.objectContaining({
    data: expect.objectContaining({
      code: "NOT_CONFIGURED",
      message: expect.stringMatching(message),
    }),
  });
