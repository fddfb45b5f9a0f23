import { echo, platformError } from "./errors.js";
import { isPlainObject } from "./fields.js";

/**
 * What may stand in the `can` of a role: a permission, or a wildcard that covers at least one.
 *
 * @example
 * PermissionPattern<"invoices.read"> // "invoices.read" | "invoices.*" | "*.read" | "*"
 */
export type PermissionPattern<Permission extends string> =
  | Permission
  | "*"
  | (Permission extends `${infer Table}.${infer Verb}` ? `${Table}.*` | `*.${Verb}` : never);

/** The permissions among the entries of `can`: those without a wildcard. */
export type NamedPermission<Written extends string> = Exclude<
  Written,
  "*" | `${string}.*` | `*.${string}`
>;

/** What one role allows. */
export type RoleDefinition<
  RoleName extends string = string,
  Written extends string = string,
  Permission extends string = Written,
> = {
  /**
   * `table.verb`, or with `*` as a wildcard part: `invoices.*`, `*.read`, and `*` for everything.
   */
  // A condition, because that infers `Written` from here and then checks it: an error names the
  // patterns there are, which neither an intersection nor a constraint would do.
  can: readonly (Written extends PermissionPattern<Permission>
    ? Written
    : PermissionPattern<NoInfer<Permission>>)[];
  /** Roles whose permissions this one has too, and those they extend in turn. */
  extends?: readonly RoleName[];
};

/** The roles of a host by name. */
export type RoleDefinitions<
  RoleName extends string = string,
  Written extends string = string,
  Permission extends string = Written,
> = {
  readonly [Name in RoleName]: RoleDefinition<NoInfer<RoleName>, Written, Permission>;
};

/** Roles that have been checked, in maps: a plain object would know `constructor` and `toString`. */
export type Role = {
  can: ReadonlySet<string>;
  extends: readonly string[];
  /** The role itself, then all it inherits from, nearest first. */
  lineage: readonly string[];
};
export type Roles = ReadonlyMap<string, Role>;

/** What {@link readRoles} makes of roles and permissions. */
export type CheckedRoles = { roles: Roles; permissions: ReadonlySet<string> };

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const NAME_RULE =
  'Use a letter, then up to 63 letters, digits, "_" or "-", but no name every object has, such as "constructor".';

/**
 * Checks and copies what a host declared; later changes to the declaration have no effect.
 *
 * @param listed - every permission there is; absent: those named in some `can`
 * @throws NOT_CONFIGURED naming the role and the fix
 */
export function readRoles(definitions: object, listed?: readonly string[]): CheckedRoles {
  if (!isPlainObject(definitions)) {
    throw notConfigured('The roles are no plain object. Is one of them named "__proto__"?');
  }
  const declared = new Map(
    Object.entries(definitions).map(([name, definition]) => [name, readRole(name, definition)]),
  );
  const roles = new Map<string, Role>();
  for (const [name, role] of declared) {
    roles.set(name, { ...role, lineage: lineageOf(name, declared) });
  }
  const permissions = readPermissions(roles, listed);
  checkCoverage(roles, permissions);
  return { roles, permissions };
}

/**
 * Checks the roles that options name: a role nobody has would go without a word, and with it the
 * rule about the last administrator.
 *
 * @param named - by the option; `undefined` names none
 * @throws NOT_CONFIGURED for a role that is not declared
 */
export function checkNamedRoles(
  named: Record<string, string | undefined>,
  roles: readonly string[],
): void {
  for (const [option, name] of Object.entries(named)) {
    if (name === undefined || roles.includes(name)) continue;
    throw notConfigured(
      `${option} is ${quote(name)}, which "roles" does not declare. Declare it, or correct the name.`,
    );
  }
}

/** The patterns that allow a permission, the most specific one first. */
export function patternsCovering(permission: string): string[] {
  const [table, verb] = permission.split(".");
  return [permission, `${table}.*`, `*.${verb}`, "*"];
}

type DeclaredRole = Omit<Role, "lineage">;

/** @param definition - a {@link RoleDefinition}, unless the host is written in JavaScript */
function readRole(name: string, definition: unknown): DeclaredRole {
  if (!isName(name)) {
    throw notConfigured(`${quote(name)} cannot be the name of a role. ${NAME_RULE}`);
  }
  const { can, extends: parents = [] } = isPlainObject(definition) ? definition : {};
  if (!isTextList(can) || !isTextList(parents)) {
    throw notConfigured(
      `Role ${quote(name)} is not readable. Write { can: ["table.verb"], extends: ["role"] }, where "extends" may be left out.`,
    );
  }
  const malformed = can.find((pattern) => !isPattern(pattern));
  if (malformed !== undefined) {
    throw notConfigured(
      `Role ${quote(name)} can ${quote(malformed)}, which is no permission. Write "table.verb", "table.*", "*.verb" or "*". ${NAME_RULE}`,
    );
  }
  return { can: new Set(can), extends: [...parents] };
}

function lineageOf(name: string, declared: ReadonlyMap<string, DeclaredRole>): string[] {
  const lineage = new Set([name]);
  // A set also visits what is added meanwhile.
  for (const role of lineage) {
    for (const parent of declared.get(role)?.extends ?? []) {
      if (!declared.has(parent)) {
        throw notConfigured(
          `Role ${quote(role)} extends ${quote(parent)}, which is not declared. Declare it, or correct the name.`,
        );
      }
      if (parent === name) {
        throw notConfigured(
          `Role ${quote(name)} extends itself through ${quote(role)}. Take ${quote(name)} out of what ${quote(role)} extends.`,
        );
      }
      lineage.add(parent);
    }
  }
  return [...lineage];
}

function readPermissions(roles: Roles, listed: readonly string[] | undefined): Set<string> {
  if (listed === undefined) {
    return new Set([...roles.values()].flatMap(({ can }) => [...can].filter(isPermission)));
  }
  const malformed = isTextList(listed) ? listed.find((text) => !isPermission(text)) : "no list";
  if (malformed !== undefined) {
    throw notConfigured(
      `${quote(malformed)} cannot stand in "permissions". List them as "table.verb", without wildcards. ${NAME_RULE}`,
    );
  }
  return new Set(listed);
}

/** A pattern without any permission is a slip of the pen: it would deny without a word. */
function checkCoverage(roles: Roles, permissions: ReadonlySet<string>): void {
  const covering = new Set([...permissions].flatMap(patternsCovering));
  for (const [name, { can }] of roles) {
    const idle = [...can].find((pattern) => !covering.has(pattern));
    if (idle !== undefined) {
      throw notConfigured(
        `Role ${quote(name)} can ${quote(idle)}, but there is no such permission. Correct it, or list in "permissions" what it stands for.`,
      );
    }
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isName(text: string): boolean {
  return NAME.test(text) && !Object.hasOwn(Object.prototype, text);
}

function isPattern(text: string): boolean {
  if (text === "*") return true;
  const parts = text.split(".");
  const names = parts.filter((part) => part !== "*");
  return parts.length === 2 && names.length > 0 && names.every(isName);
}

function isPermission(text: string): boolean {
  return isPattern(text) && !text.includes("*");
}

function quote(text: string): string {
  return `"${echo(text)}"`;
}

function notConfigured(message: string) {
  return platformError({ code: "NOT_CONFIGURED", message });
}
