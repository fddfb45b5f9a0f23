import type { GenericValidator, Infer, Value } from "convex/values";
import { validate, ValidationError } from "convex-helpers/validators";
import type { DocumentPair, NewEntry, Reference } from "../shared/auditLogs.js";
import { echo, pathPart, type FieldError, type FieldErrors } from "../shared/errors.js";
import { isFields } from "../shared/fields.js";
import { checkValue } from "../shared/values.js";
import type { TableOptions } from "./tables.js";

/** Names of actions, each with what its metadata holds. */
export type ActionCatalogue = Record<string, ActionDefinition>;
export type ActionDefinition = {
  /** What `metadata` has to be, as a Convex validator. Absent: the action has none. */
  metadata?: GenericValidator;
  /** Counts the changes of this shape; kept with each entry. */
  version?: number;
};

/** An entry as a host writes it down; what is left out is found out or empty. */
export type AuditInput<
  TableName extends string = string,
  Actions extends ActionCatalogue = ActionCatalogue,
> = Omit<
  NewEntry,
  | "action"
  | "metadata"
  | "version"
  | "outcome"
  | "related"
  | "changes"
  | "target"
  | "diff"
  | "redact"
> &
  AuditAction<Actions> & {
    target: NewEntry["target"] & { table: TableName };
    /** `"success"` unless said otherwise. */
    outcome?: NewEntry["outcome"];
    related?: (Reference & { table: TableName })[];
    changes?: NewEntry["changes"];
    /** The target before and after; its changes are worked out. `null` where there is none. */
    diff?: Omit<DocumentPair, "before" | "after"> & { before: HostDocument; after: HostDocument };
  };

/** A row as `ctx.db` gives it; its system fields are left out. */
type HostDocument = { [field: string]: unknown } | null;

/** Any action, or, where the host has a catalogue, one of it with its own metadata. */
export type AuditAction<Actions extends ActionCatalogue> = string extends keyof Actions
  ? { action: string; metadata?: Record<string, Value> }
  : {
      [Name in keyof Actions & string]: { action: Name } & MetadataOf<Actions[Name]>;
    }[keyof Actions & string];

type MetadataOf<Definition extends ActionDefinition> = Definition extends {
  metadata: infer Validator extends GenericValidator;
}
  ? { metadata: Infer<Validator> }
  : { metadata?: never };

/** What of a table's rows the log keeps. */
export type TableAuditOptions<Path extends string = string> = {
  /** Fields whose values are secret: that they changed is recorded, their values are not. */
  redact?: Path[];
  /** Fields that are not recorded. */
  ignore?: Path[];
  /** Fields whose values are personal and may have to be erased. */
  personal?: Path[];
};

export type InputOptions = {
  actions: ActionCatalogue | undefined;
  tables: Record<string, AuditedTable | undefined>;
};
type AuditedTable = { audit?: TableAuditOptions } & Pick<
  TableOptions,
  "partOf" | "softDelete" | "stamps"
>;

/** The entry with everything the component expects; what is missing stays missing. */
export function completeEntry(input: AuditInput, { actions, tables }: InputOptions): NewEntry {
  const { diff, ...entry } = input;
  const version = actions?.[input.action]?.version;
  const { audit } = tables[input.target?.table] ?? {};
  return {
    outcome: "success",
    related: [],
    changes: [],
    ...(entry as Omit<NewEntry, "outcome" | "related" | "changes">),
    ...(version !== undefined && { version }),
    ...(audit?.redact && { redact: audit.redact }),
    ...(diff && {
      diff: {
        ...audit,
        ...diff,
        before: withoutSystemFields(diff.before),
        after: withoutSystemFields(diff.after),
      },
    }),
  };
}

function withoutSystemFields(document: HostDocument): DocumentPair["before"] {
  const row = document as Value;
  if (!isFields(row)) return row as null; // anything but null is refused
  const { _id, _creationTime, ...fields } = row;
  return fields as Record<string, Value>;
}

/** As deep as Convex lets arguments be, less the levels around the entry. */
const CROSSING = { maxDepth: 14, maxBytes: 8 * 1024 * 1024 };

/**
 * What would not survive the way into the component, or not be what its types say. All else the
 * component checks, where the promise is kept.
 */
export function checkInput(entry: NewEntry, { actions }: InputOptions, path = ""): FieldErrors {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  return {
    ...(typeof entry.action !== "string" && { [at("action")]: REQUIRED }),
    ...(!isFields(entry.target) && { [at("target")]: REQUIRED }),
    ...(entry.metadata !== undefined && checkFields(entry.metadata, at("metadata"))),
    ...(entry.diff && checkSide(entry.diff.before, at("diff.before"))),
    ...(entry.diff && checkSide(entry.diff.after, at("diff.after"))),
    ...checkValue(entry, path, CROSSING),
    ...(actions && checkAction(entry, actions, at)),
  };
}

/** A list or a text in place of named values: Convex refuses it late, and convex-test not at all. */
function checkFields(value: Value, path: string): FieldErrors {
  return isFields(value) ? {} : { [path]: NOT_FIELDS };
}

function checkSide(document: Value, path: string): FieldErrors {
  return document === null ? {} : checkFields(document, path);
}

function checkAction(
  { action, metadata }: NewEntry,
  actions: ActionCatalogue,
  at: (name: string) => string,
): FieldErrors {
  if (!Object.hasOwn(actions, action)) {
    const message = "This action is not in the catalogue that new Platform was given.";
    return { [at("action")]: { code: "unknown_action", message } };
  }
  const validator = actions[action]!.metadata;
  if (!validator) return metadata === undefined ? {} : { [at("metadata")]: NO_METADATA };
  try {
    validate(validator, metadata, { throw: true });
    return {};
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const { path = "", expected, got } = error;
    const below = path === "" ? "" : `.${pathPart(path.replace(/\[(\d+)\]/g, ".$1"))}`;
    const message = `Expected ${expected}, got ${echo(got)}.`;
    return { [`${at("metadata")}${below}`]: { code: "wrong_type", message } };
  }
}

const NO_METADATA: FieldError = {
  code: "unknown_field",
  message: "The catalogue says that this action has no metadata.",
};
const NOT_FIELDS: FieldError = {
  code: "wrong_type",
  message: "Give an object with a name for each value.",
};
const REQUIRED: FieldError = { code: "required", message: "This is required." };
