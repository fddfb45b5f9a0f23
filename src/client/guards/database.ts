import type { GenericId } from "convex/values";
import type { Row } from "./writeLog.js";

export type Id = GenericId<string>;
/** Convex takes both. */
export type At = [table: string, id: Id] | [id: Id];

/** The host's `ctx.db` as it is called here: which tables and fields it has does not matter. */
export type Database = {
  get(...at: At): Promise<Row | null>;
  insert(table: string, value: Row): Promise<Id>;
  patch(...args: [...At, Row]): Promise<void>;
  replace(...args: [...At, Row]): Promise<void>;
  delete(...at: At): Promise<void>;
  normalizeId(table: string, id: string): Id | null;
  query(table: string): unknown;
  table(name: string): object;
  system: object;
};

/** The arguments that are there: wrappers of other libraries pass `undefined` for those left out. */
export function present<Args extends unknown[]>(args: Args): Args {
  return (args.at(-1) === undefined ? args.slice(0, -1) : args) as Args;
}
