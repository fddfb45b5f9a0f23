import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isPlatformError } from "../../src/shared/errors.js";
import { defineRoles } from "../../src/shared/permissions.js";
import type { RoleDefinitions } from "../../src/shared/roles.js";

const NAMES_OF_EVERY_OBJECT = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
  "__defineGetter__",
];

/** What a JavaScript host, or JSON, may hand over. */
function declare(definitions: unknown, permissions?: unknown) {
  const options = permissions === undefined ? {} : { permissions: permissions as string[] };
  return defineRoles(definitions as RoleDefinitions, options);
}

function notConfigured(message: RegExp) {
  const data = expect.objectContaining({
    code: "NOT_CONFIGURED",
    message: expect.stringMatching(message),
  });
  return expect.objectContaining({ data });
}

describe("defineRoles", () => {
  test("takes no roles at all", () => {
    expect(declare({}).roles).toEqual([]);
  });

  test("takes an object without a prototype", () => {
    const definitions = Object.assign(Object.create(null), { viewer: { can: ["a.b"] } });
    expect(declare(definitions).roles).toEqual(["viewer"]);
  });

  test("keeps what it read when the declaration changes later", () => {
    const can = ["invoices.read"];
    const definitions = { viewer: { can, extends: [] as string[] }, editor: { can: ["a.b"] } };
    const roles = declare(definitions);
    can.push("a.b");
    definitions.viewer.extends.push("editor");
    expect(roles.permissionsOf("viewer")).toEqual(["invoices.read"]);
    expect(roles.matrix()[0]!.extends).toEqual([]);
  });

  test.each([null, undefined, "admin", ["admin"], new Map([["admin", { can: ["*"] }]])])(
    "refuses roles that are no plain object: %j",
    (definitions) => {
      expect(() => declare(definitions)).toThrowError(notConfigured(/no plain object/));
    },
  );

  test.each([
    ["nothing", null],
    ["the list alone", ["a.b"]],
    ["no can", { extends: [] }],
    ["a can that is no list", { can: "a.b" }],
    ["something else than text in can", { can: ["a.b", 1] }],
    ["an extends that is no list", { can: ["a.b"], extends: "viewer" }],
    ["null for extends", { can: ["a.b"], extends: null }],
    ["a can that is inherited", Object.create({ can: ["*"] })],
  ])("refuses a role that is %s, and shows how to write it", (_, definition) => {
    expect(() => declare({ editor: definition })).toThrowError(
      notConfigured(/"editor" is not readable\. Write \{ can:/),
    );
  });

  test("answers any declaration with a matrix or NOT_CONFIGURED", () => {
    const aDefinition = fc.oneof(
      fc.anything(),
      fc.record({ can: fc.array(fc.string()), extends: fc.array(fc.string()) }),
    );
    const aName = fc.oneof(fc.constantFrom("a", "b"), fc.string());
    const aDeclaration = fc.oneof(fc.anything(), fc.dictionary(aName, aDefinition));
    const outcome = (definitions: unknown, permissions: unknown) => {
      try {
        return declare(definitions, permissions).matrix();
      } catch (error) {
        return isPlatformError(error, "NOT_CONFIGURED") ? "NOT_CONFIGURED" : error;
      }
    };
    fc.assert(
      fc.property(aDeclaration, fc.anything(), (definitions, permissions) => {
        expect(outcome(definitions, permissions)).not.toBeInstanceOf(Error);
      }),
      { seed: 10, numRuns: 500 },
    );
  });
});

describe("names of roles", () => {
  test.each(["a", "editor", "Editor2", "read-only_2", "x".repeat(64)])("take %s", (name) => {
    expect(declare({ [name]: { can: ["a.b"] } }).isRole(name)).toBe(true);
  });

  test.each(["", " ", "2nd", "_x", "$x", "a b", "a.b", "*", "é", "a\u0000", "x".repeat(65)])(
    "refuse %j",
    (name) => {
      expect(() => declare({ [name]: { can: ["a.b"] } })).toThrowError(
        notConfigured(/cannot be the name of a role\. Use a letter/),
      );
    },
  );

  test.each(NAMES_OF_EVERY_OBJECT)("refuse %s, which every object has", (name) => {
    const definitions = JSON.parse(`{ "${name}": { "can": ["a.b"] } }`) as RoleDefinitions;
    expect(() => declare(definitions)).toThrowError(
      notConfigured(/cannot be the name of a role\. .* such as "constructor"/),
    );
  });

  test("refuse __proto__ written out, which names no field", () => {
    const definitions = { __proto__: { admin: { can: ["*"] } }, viewer: { can: ["a.b"] } };
    expect(() => declare(definitions)).toThrowError(notConfigured(/"__proto__"/));
  });

  test("are repeated in errors at 100 characters at most, and on one line", () => {
    const name = `\n${"x".repeat(500)}`;
    expect(() => declare({ [name]: { can: ["a.b"] } })).toThrowError(
      notConfigured(/^"\uFFFDx{98}…" cannot/),
    );
  });
});

describe("extends", () => {
  test.each(["viewr", "constructor", "__proto__", ""])("refuses the undeclared %j", (parent) => {
    const definitions = { viewer: { can: ["a.b"] }, editor: { can: [], extends: [parent] } };
    expect(() => declare(definitions)).toThrowError(
      notConfigured(/^Role "editor" extends ".*", which is not declared\. Declare it, or correct/),
    );
  });

  test("refuses a role that extends itself", () => {
    const definitions = { a: { can: ["a.b"], extends: ["a"] } };
    expect(() => declare(definitions)).toThrowError(notConfigured(/^Role "a" extends itself/));
  });

  test("names where a longer way round closes", () => {
    const definitions = {
      start: { can: [], extends: ["a"] },
      a: { can: ["a.b"], extends: ["b"] },
      b: { can: [], extends: ["c"] },
      c: { can: [], extends: ["a"] },
    };
    expect(() => declare(definitions)).toThrowError(
      notConfigured(/^Role "a" extends itself through "c"\. Take "a" out of what "c" extends/),
    );
  });

  test("takes two ways to the same role, and roles declared later", () => {
    const roles = declare({
      top: { can: [], extends: ["left", "right"] },
      left: { can: [], extends: ["base"] },
      right: { can: [], extends: ["base"] },
      base: { can: ["a.b"] },
    });
    expect(roles.permissionsOf("top")).toEqual(["a.b"]);
  });

  test("takes chains of any length", () => {
    const chain = Array.from({ length: 500 }, (_, i) => [
      `r${i}`,
      i === 0 ? { can: ["a.b"] } : { can: [], extends: [`r${i - 1}`] },
    ]);
    expect(declare(Object.fromEntries(chain)).permissionsOf("r499")).toEqual(["a.b"]);
  });

  const GRAPH = ["a", "b", "c", "d", "e"];
  const aGraph = fc.tuple(
    ...GRAPH.map(() => fc.uniqueArray(fc.constantFrom(...GRAPH), { maxLength: 2 })),
  );

  test.prop([aGraph], { seed: 11, numRuns: 500 })(
    "is refused exactly when roles lead back to themselves",
    (parents) => {
      const definitions = Object.fromEntries(
        GRAPH.map((name, i) => [name, { can: ["a.b"], extends: parents[i] }]),
      );
      // Without a way back, roles can be taken away one by one, each after its parents.
      const open = new Map(GRAPH.map((name, i) => [name, parents[i]!]));
      for (let round = 0; round < GRAPH.length; round++) {
        for (const [name, extended] of open) {
          if (!extended.some((parent) => open.has(parent))) open.delete(name);
        }
      }
      const attempt = expect(() => declare(definitions));
      if (open.size > 0) attempt.toThrowError(notConfigured(/extends itself/));
      else attempt.not.toThrow();
    },
  );
});

describe("can", () => {
  test.each(["a.b", "a.*", "*.b", "*", "line-items.mark_paid"])("takes %s", (pattern) => {
    const roles = declare({ editor: { can: ["a.b", "line-items.mark_paid", pattern] } });
    expect(roles.permissions).toEqual(["a.b", "line-items.mark_paid"]);
  });

  test.each([
    ...["", " ", "a", "a.", ".b", ".", "a.b.c", "*.*", "**", "a*.b", "a.b*", "*.", ".*", "a.**"],
    ...[" a.b", "a.b ", "a. b", "a,b", "a:b", "é.b", "a.b\n", "1.b", "$a.b", "a.\u0000"],
    ...NAMES_OF_EVERY_OBJECT.flatMap((name) => [`${name}.b`, `a.${name}`]),
  ])("refuses %j", (pattern) => {
    expect(() => declare({ editor: { can: ["a.b", pattern] } })).toThrowError(
      notConfigured(/^Role "editor" can ".*", which is no permission\. Write "table\.verb"/s),
    );
  });

  test.each(["b.*", "*.c", "*"])("refuses %s when it covers no permission", (pattern) => {
    const named = pattern === "*" ? {} : { viewer: { can: ["a.b"] } };
    expect(() => declare({ ...named, editor: { can: [pattern] } })).toThrowError(
      notConfigured(/^Role "editor" can ".*", but there is no such permission\. .*"permissions"/),
    );
  });
});

describe("permissions", () => {
  test("are those named by roles, in that order, each once", () => {
    const roles = declare({
      viewer: { can: ["a.read", "b.read"] },
      editor: { can: ["a.*", "a.update", "b.read"] },
    });
    expect(roles.permissions).toEqual(["a.read", "b.read", "a.update"]);
  });

  test("are exactly the listed ones where there is a list", () => {
    const roles = declare({ admin: { can: ["*"] } }, ["a.delete", "a.read", "a.delete"]);
    expect(roles.permissions).toEqual(["a.delete", "a.read"]);
  });

  test("name what a role allows: nothing else may stand in can", () => {
    expect(() => declare({ editor: { can: ["a.raed"] } }, ["a.read"])).toThrowError(
      notConfigured(/^Role "editor" can "a\.raed", but there is no such permission/),
    );
  });

  test.each(["a", "a.*", "*.b", "*", "a.b.c", "", "a.constructor", " a.b"])(
    "cannot be %j",
    (permission) => {
      expect(() => declare({}, ["a.b", permission])).toThrowError(
        notConfigured(/cannot stand in "permissions"\. List them as "table\.verb"/),
      );
    },
  );

  test.each([null, "a.b", [1], { a: "b" }])("are a list of texts, not %j", (permissions) => {
    expect(() => declare({}, permissions)).toThrowError(notConfigured(/"permissions"/));
  });
});
