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

/**
 * The lines as a table: by row, then as the rows were written down. The first peer stands beside
 * ours, and others below it.
 */
export function toTable(lines: Line[]): string {
  const ours = lines.filter(({ impl }) => impl === "convex-platform");
  const ops = [...new Set(ours.map(({ op }) => op))];
  const rows = ours
    .toSorted((a, b) => a.row - b.row || ops.indexOf(a.op) - ops.indexOf(b.op))
    .flatMap((line) => {
      const peers = lines.filter((other) => other.impl !== line.impl && isSameCase(other, line));
      const [first, ...others] = peers;
      const own = [
        String(line.row),
        line.op,
        line.size === null ? "" : number(line.size),
        show(line) + (missesOf(line).length > 0 ? " MISSED" : ""),
        line.floor ? showFigures(line.floor) : "–",
        first ? showPeer(first) : "–",
        line.floor ? ratios(line.figures, line.floor) : "–",
        first ? ratios(line.figures, first.figures) : "–",
      ];
      const below = others.map((peer) => {
        return ["", "", "", "", "", showPeer(peer), "", ratios(line.figures, peer.figures)];
      });
      return [own, ...below];
    });
  return alignColumns([HEAD, ...rows]);
}

const HEAD = ["row", "op", "size", "ours", "floor", "peer", "ours/floor", "ours/peer"];

function isSameCase(a: Line, b: Line): boolean {
  return a.row === b.row && a.op === b.op && a.size === b.size;
}

function showPeer(peer: Line): string {
  return `${peer.impl}: ${show(peer)}`;
}

function show({ figures, conflict, error }: Finding & { error?: string }): string {
  if (error !== undefined) return error.length > 40 ? `${error.slice(0, 39)}…` : error;
  const conflicts = conflict === undefined ? [] : [conflict === null ? "no conflict" : "conflicts"];
  return [showFigures(figures), ...conflicts].join(", ");
}

function showFigures(figures: Figures): string {
  const { bytes, milliseconds, instantiations, calls, nested } = figures;
  const { docsRead, docsWritten, ranges } = figures;
  if (bytes !== undefined) return `${(bytes / 1_000).toFixed(2)} KB`;
  if (milliseconds !== undefined) return `${milliseconds.toFixed(1)} ms`;
  if (instantiations !== undefined) return `+${number(instantiations)}`;
  const hasDocuments = docsRead !== undefined || docsWritten !== undefined;
  return [
    ...(calls !== undefined && (calls !== 0 || !hasDocuments) ? [counted(calls, "call")] : []),
    ...(hasDocuments ? [`${number(docsRead)}R ${number(docsWritten)}W`] : []),
    ...(ranges === undefined ? [] : [counted(ranges, "range")]),
    ...(nested === undefined ? [] : [`${nested} nested`]),
  ].join(", ");
}

function counted(count: number, what: string): string {
  return `${number(count)} ${count === 1 ? what : `${what}s`}`;
}

const COMPARED = {
  calls: "calls",
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
    // Most operations make no calls of their own, and then there is nothing to say of them.
    if (unit === undefined || (name === "calls" && value === 0 && !ours.calls)) return [];
    return [{ ratio: ratio(ours[name] ?? 0, value), unit }];
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
