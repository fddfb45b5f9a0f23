// How a deployment describes the functions of a module.

/**
 * @typedef {object} FunctionAnalysis
 * @property {string} name
 * @property {null} pos
 * @property {"Query" | "Mutation" | "Action"} udfType
 * @property {{ kind: "public" | "internal" }} visibility
 * @property {string} args - validator as JSON
 * @property {string} returns - validator as JSON; "null" when the function declares none
 *
 * @typedef {object} ModuleAnalysis
 * @property {FunctionAnalysis[]} functions
 * @property {null} httpRoutes
 * @property {null} cronSpecs
 * @property {null} sourceMapped
 *
 * @typedef {{ type: "leaf", leaf: string } | { type: "branch", branch: [string, ExportTree][] }} ExportTree
 */

/**
 * @param {string} modulePath
 * @param {Record<string, unknown>} module - the imported namespace
 * @returns {ModuleAnalysis}
 * @throws Error naming the function whose validators cannot be described
 */
export function describeModule(modulePath, module) {
  /** @type {FunctionAnalysis[]} */
  const functions = [];
  for (const [name, value] of Object.entries(module)) {
    const udfType = udfTypeOf(value);
    if (udfType === null) continue;
    try {
      functions.push({
        name,
        pos: null,
        udfType,
        visibility: { kind: value.isPublic ? "public" : "internal" },
        args: canonicalValidator(value.exportArgs()),
        returns: canonicalValidator(value.exportReturns()),
      });
    } catch (cause) {
      throw new Error(`${modulePath}:${name} cannot be described: ${cause.message}`, { cause });
    }
  }
  return { functions, httpRoutes: null, cronSpecs: null, sourceMapped: null };
}

/**
 * Public functions by file path and name: what a component offers to its parent.
 *
 * @param {Record<string, ModuleAnalysis>} modules
 * @returns {ExportTree}
 */
export function publicExports(modules) {
  const root = new Map();
  for (const [modulePath, { functions }] of Object.entries(modules)) {
    const stem = modulePath.replace(/\.js$/, "");
    for (const { name, visibility } of functions) {
      if (visibility.kind !== "public") continue;
      const branch = stem.split("/").reduce(descend, root);
      branch.set(name, `_reference/function/${stem}:${name}`);
    }
  }
  return toExportTree(root);
}

/**
 * A deployment stores the fields of an object validator sorted, and codegen prints them in the
 * order they come. The members of a union stay as declared.
 *
 * @param {string} json - a validator as the function or config exports it
 * @returns {string}
 */
export function canonicalValidator(json) {
  return JSON.stringify(JSON.parse(json), (_key, value) =>
    value?.type === "object" ? { ...value, value: sortKeys(value.value) } : value,
  );
}

/** @param {unknown} value */
function udfTypeOf(value) {
  if (typeof value !== "function" || !(value.isPublic || value.isInternal)) return null;
  if (value.isQuery) return "Query";
  if (value.isMutation) return "Mutation";
  return value.isAction ? "Action" : null;
}

/**
 * @param {Map<string, unknown>} node
 * @param {string} name
 */
function descend(node, name) {
  if (!node.has(name)) node.set(name, new Map());
  return node.get(name);
}

/** @returns {ExportTree} */
function toExportTree(node) {
  if (typeof node === "string") return { type: "leaf", leaf: node };
  return { type: "branch", branch: [...node].map(([name, child]) => [name, toExportTree(child)]) };
}

/** @param {Record<string, unknown>} object */
function sortKeys(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
