// Writes the code blocks of the documents anew from the regions of the files that they name:
// a comment `<!-- file#region -->`, then a block. A test holds the result against the documents.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** What people read. */
export const DOCUMENTS = [
  "README.md",
  "docs/audit-log.md",
  "docs/identity-providers.md",
  "docs/jobs.md",
  "docs/trash.md",
];

const BLOCK = /(<!-- (\S+?)#(\S+) -->\n\n```\w+\n)[\s\S]*?(```)/g;

/** @param {string} text */
export function fillBlocks(text) {
  return text.replace(
    BLOCK,
    (_, head, file, region, tail) => head + readRegion(file, region) + tail,
  );
}

/**
 * What stands between `// #region name` and its `// #endregion`, moved to the left.
 *
 * @param {string} file
 * @param {string} region
 */
function readRegion(file, region) {
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`);
  if (start < 0) throw new Error(`${file} has no region ${region}.`);
  let end = start + 1;
  for (let depth = 1; depth > 0; end++) {
    const marker = lines[end]?.trim();
    if (marker === undefined) throw new Error(`Region ${region} of ${file} has no end.`);
    if (marker.startsWith("// #region")) depth++;
    if (marker === "// #endregion") depth--;
  }
  const code = lines
    .slice(start + 1, end - 1)
    .filter((line) => !/^\s*\/\/ #(end)?region/.test(line));
  const indents = code.filter((line) => line !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return `${code.map((line) => line.slice(indent)).join("\n")}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const file of DOCUMENTS) writeFileSync(file, fillBlocks(readFileSync(file, "utf8")));
}
