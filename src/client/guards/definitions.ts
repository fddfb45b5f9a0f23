import type {
  FunctionVisibility,
  GenericDataModel,
  PaginationOptions,
  PaginationResult,
  RegisteredAction,
  RegisteredMutation,
  RegisteredQuery,
  ReturnValueForOptionalValidator,
} from "convex/server";
import type { GenericValidator, ObjectType, PropertyValidators } from "convex/values";
import type { RuledArgs, RulesFor } from "../../shared/rules.js";
import type { RuleFields } from "../../shared/rules/structures.js";
import type { Attempt } from "../attempts.js";
import type { ActionCatalogue } from "../auditInputs.js";
import type { GuardedActionCtx, GuardedMutationCtx, GuardedQueryCtx, Names } from "./contexts.js";

/** The arguments as handlers see them: trimmed and checked by the rules. */
export type HandlerArgs<Args extends PropertyValidators, Rules> = keyof Rules extends never
  ? ObjectType<Args>
  : RuledArgs<ObjectType<Args>, Rules>;

/** What every guarded function declares. Its parts are gone through in this order. */
type Declared<Args extends PropertyValidators, Rules, N extends Names> = {
  args: Args;
  /**
   * What the caller must be allowed to do, or `"public"` for everybody, signed in or not, except who
   * is suspended or deleted. In an internal function nobody signed in is the system at work, which
   * may do everything.
   */
  permission: N["permission"] | "public";
  /**
   * The tenant it happens in: roles given for that tenant count, and entries belong to it. Asked of
   * the arguments as they come and as the rules leave them; both have to be allowed.
   */
  tenantId?: (args: ObjectType<Args> | HandlerArgs<Args, Rules>) => string | undefined;
  /** Trims and checks arguments; all bad fields are refused at once. */
  rules?: Rules & RulesFor<ObjectType<Args>, Rules>;
};

type Limited<Args extends PropertyValidators, Rules, N extends Names> = {
  /** Takes a token of this limit from the caller, or from whom `key` says; of bad arguments, from the caller. */
  rateLimit?: N["limit"] | { name: N["limit"]; key?: (args: HandlerArgs<Args, Rules>) => string };
};

/** What `access` and the handler do with what they are given. */
type Handled<Ctx, AccessCtx, Args, Loaded, Output> = {
  /**
   * Whether the caller may have what the arguments name, and what it is: for the handler, so that it
   * need not read it again. Nothing, `null` and `false` mean no: to the caller as if it did not exist.
   */
  access?: (ctx: AccessCtx, args: Args) => Loaded | Promise<Loaded>;
  handler: (
    ctx: Ctx,
    args: Args,
    loaded: Exclude<Loaded, false | null | undefined | void>,
  ) => Output;
};

/** An action without metadata: nobody could give it any. */
export type PlainAction<Actions extends ActionCatalogue> = string extends keyof Actions
  ? string
  : {
      [Name in keyof Actions & string]: Actions[Name] extends { metadata: GenericValidator }
        ? never
        : Name;
    }[keyof Actions & string];

type Returns = GenericValidator | PropertyValidators | void;

/** Without a validator anything; asked first, because that is by far the cheaper question. */
type OutputOf<Validator extends Returns> = [Validator] extends [void]
  ? unknown
  : ReturnValueForOptionalValidator<Validator>;

/** An empty page where a function has pages, else `null`. */
type EmptyFor<Args extends PropertyValidators> =
  ObjectType<Args> extends { paginationOpts: PaginationOptions } ? PaginationResult<never> : null;

export type GuardedQueryBuilder<
  DataModel extends GenericDataModel,
  Visibility extends FunctionVisibility,
  N extends Names,
> = <
  Args extends PropertyValidators,
  const Rules extends RuleFields = Record<never, never>,
  Loaded = undefined,
  Validator extends Returns = void,
  Output extends OutputOf<Validator> = never,
  Empty = EmptyFor<Args>,
>(
  definition: Declared<Args, Rules, N> & {
    /** Need not have room for `null`. */
    returns?: Validator;
    /**
     * What strangers get, and whoever may not: an empty page where the arguments have
     * `paginationOpts`, else `null`.
     */
    empty?: Empty;
  } & Handled<
      GuardedQueryCtx<DataModel>,
      GuardedQueryCtx<DataModel>,
      HandlerArgs<Args, Rules>,
      Loaded,
      Output
    >,
) => RegisteredQuery<Visibility, ObjectType<Args>, Promise<Awaited<Output> | Empty>>;

export type GuardedMutationBuilder<
  DataModel extends GenericDataModel,
  Visibility extends FunctionVisibility,
  N extends Names,
> = <
  Args extends PropertyValidators,
  const Rules extends RuleFields = Record<never, never>,
  Loaded = undefined,
  Validator extends Returns = void,
  Output extends OutputOf<Validator> = never,
  Denials extends true | undefined = undefined,
>(
  definition: Declared<Args, Rules, N> &
    Limited<Args, Rules, N> & {
      returns?: Validator;
      /**
       * Names the entries of the rows this function writes: `invoices.sent`. It is for the table it
       * begins with, or for all where that is no registered one; the others, and all without it, are
       * `table.created`, `table.updated` and `table.deleted`.
       */
      audit?: PlainAction<N["actions"]>;
      /** Protected fields that this function changes on purpose. */
      mayChange?: readonly N["protectedField"][];
      /**
       * Leaves an entry when somebody is refused. A mutation that throws leaves nothing behind, so
       * this one answers instead: `{ ok: true, value }` or `{ ok: false, error, entryId }`, and
       * whoever calls it has to look. What the handler throws is thrown. Strangers can make many
       * such entries: on a public function think twice.
       */
      recordDenials?: Denials;
    } & Handled<
      GuardedMutationCtx<DataModel, N>,
      GuardedQueryCtx<DataModel>,
      HandlerArgs<Args, Rules>,
      Loaded,
      Output
    >,
) => RegisteredMutation<
  Visibility,
  ObjectType<Args>,
  Denials extends true ? Promise<Attempt<Awaited<Output>>> : Output
>;

export type GuardedActionBuilder<
  DataModel extends GenericDataModel,
  Visibility extends FunctionVisibility,
  N extends Names,
> = <
  Args extends PropertyValidators,
  const Rules extends RuleFields = Record<never, never>,
  Loaded = undefined,
  Validator extends Returns = void,
  Output extends OutputOf<Validator> = never,
>(
  definition: Declared<Args, Rules, N> &
    Limited<Args, Rules, N> & {
      returns?: Validator;
      /** Leaves an entry when somebody is refused, then throws. Strangers can make many. */
      recordDenials?: boolean;
    } & Handled<
      GuardedActionCtx<DataModel, N>,
      GuardedActionCtx<DataModel, N>,
      HandlerArgs<Args, Rules>,
      Loaded,
      Output
    >,
) => RegisteredAction<Visibility, ObjectType<Args>, Output>;
