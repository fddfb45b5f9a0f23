// #region functions
import * as generated from "./_generated/server";
import { platform } from "./platform";

/** What every function of the desk is made with: they ask who calls before they do anything. */
export const { query, mutation, action, internalQuery, internalMutation, internalAction } =
  platform.functions(generated);
// #endregion
