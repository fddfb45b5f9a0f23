import { entriesOf, missesOf, type Figures, type Finding, type Line } from "./rows/line";

/**
 * One line of `--json`: figures by name, next to what they are measured against.
 *
 * `misses` is empty when the line reaches its target. A peer has neither target nor misses.
 */
export function toJson(line: Line): string {
  const { row, op, size, impl, figures, conflict, floor, target, error } = line;
  const aims = impl === "convex-platform" && { floor, target, misses: missesOf(line) };
  return JSON.stringify({ row, op, size, impl, ...figures, conflict, error, ...aims });
}

/** The lines as a table: by row, then as the rows were written down. A peer's line stands beside ours. */
export function toTable(lines: Line[]): string {
  const ours = lines.filter(({ impl }) => impl === "convex-platform");
  const ops = [...new Set(ours.map(({ op }) => op))];
  const rows = ours
    .toSorted((a, b) => a.row - b.row || ops.indexOf(a.op) - ops.indexOf(b.op))
    .map((line) => {
      const peer = lines.find((other) => other.impl !== line.impl && isSameCase(other, line));
      return [
        String(line.row),
        line.op,
        line.size === null ? "" : number(line.size),
        show(line) + (missesOf(line).length > 0 ? " MISSED" : ""),
        line.floor ? showFigures(line.floor) : "–",
        peer ? show(peer) : "–",
        line.floor ? ratios(line.figures, line.floor) : "–",
        peer ? ratios(line.figures, peer.figures) : "–",
      ];
    });
  return alignColumns([HEAD, ...rows]);
}

const HEAD = ["row", "op", "size", "ours", "floor", "peer", "ours/floor", "ours/peer"];

function isSameCase(a: Line, b: Line): boolean {
  return a.row === b.row && a.op === b.op && a.size === b.size;
}

function show({ figures, conflict, error }: Finding & { error?: string }): string {
  if (error !== undefined) return error.length > 40 ? `${error.slice(0, 39)}…` : error;
  const conflicts = conflict === undefined ? [] : [conflict === null ? "no conflict" : "conflicts"];
  return [showFigures(figures), ...conflicts].join(", ");
}

function showFigures({ docsRead, docsWritten, ranges, nested, ...others }: Figures): string {
  const { bytes, milliseconds, instantiations } = others;
  if (bytes !== undefined) return `${(bytes / 1_000).toFixed(2)} KB`;
  if (milliseconds !== undefined) return `${milliseconds.toFixed(1)} ms`;
  if (instantiations !== undefined) return `+${number(instantiations)}`;
  const counted = `${number(docsRead)}R ${number(docsWritten)}W, ${number(ranges)} ${ranges === 1 ? "range" : "ranges"}`;
  return nested === undefined ? counted : `${counted}, ${nested} nested`;
}

const COMPARED = {
  docsRead: "R",
  docsWritten: "W",
  ranges: "ranges",
  bytes: "",
  milliseconds: "",
  instantiations: "",
} as const;

/** How many times as much: `1` when all figures agree, else each: `0.33R 0.14W 1 ranges`. */
function ratios(ours: Figures, theirs: Figures): string {
  const parts = entriesOf(theirs).flatMap(([name, value]) => {
    const unit = COMPARED[name as keyof typeof COMPARED];
    return unit === undefined ? [] : [{ ratio: ratio(ours[name] ?? 0, value), unit }];
  });
  if (parts.length === 0) return "–";
  if (parts.every((part) => part.ratio === parts[0]!.ratio)) return parts[0]!.ratio;
  return parts.map((part) => `${part.ratio} ${part.unit}`).join(", ");
}

/** Nothing compared with nothing is the same amount. */
function ratio(a: number, b: number): string {
  if (a === b) return "1";
  return b === 0 ? "∞" : String(Number((a / b).toPrecision(2)));
}

function number(value = 0): string {
  return value.toLocaleString("en");
}

function alignColumns(table: string[][]): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | "));
  const rule = widths.map((width) => "-".repeat(width)).join(" | ");
  return [lines[0], rule, ...lines.slice(1)].map((line) => `| ${line} |`).join("\n");
}
