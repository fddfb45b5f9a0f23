import { beforeAll, expect, test } from "vitest";
import { auditLogs } from "../../bench/rows/auditLogs";
import { guards } from "../../bench/rows/guards";
import { jobs } from "../../bench/rows/jobs";
import type { Line } from "../../bench/rows/line";
import { measureStudy, type GrowingWorld, type Study } from "../../bench/rows/study";
import { trash } from "../../bench/rows/trash";
import readme from "../../README.md?raw";

/** The table "What it costs" of the README against the bench, whose figures it repeats. */

/** What is there before: entries or rows. Jobs are alone. */
const SIZE = 100;

/** Operation, ours, and the peer's with its name, as the README has them. */
const table = [...readme.matchAll(/^\| ([^|]+?) +\| ([^|]*\dR[^|]*?) +\| ([^|]+?) +\|$/gm)].map(
  ([, op, ours, peer]) => ({ op: op!, ours: ours!, peer: peer! }),
);
const ops = new Set(table.map(({ op }) => op));

let lines: Line[];
beforeAll(async () => {
  lines = [];
  for (const study of auditLogs) lines.push(...(await linesOf(study, SIZE)));
  lines.push(...(await linesOf(guards, SIZE)), ...(await linesOf(trash, SIZE)));
  lines.push(...(await linesOf(jobs, 0)));
});

async function linesOf<World extends GrowingWorld>(study: Study<World>, size: number) {
  const cases = study.cases.filter(({ op }) => ops.has(op));
  const found: Line[] = [];
  for await (const line of measureStudy({ ...study, cases }, () => true, [size])) found.push(line);
  return found;
}

/** `3 calls, 2R 2W`, with what else there is to say. */
function show({ figures, conflict, error }: Line): string {
  if (error !== undefined) return error;
  const { calls = 0, docsRead, docsWritten } = figures;
  return [
    ...(calls > 0 ? [`${calls} calls`] : []),
    `${docsRead!.toLocaleString("en")}R ${docsWritten!.toLocaleString("en")}W`,
    ...(conflict === undefined ? [] : [conflict === null ? "no conflict" : "conflicts"]),
  ].join(", ");
}

test("the README has a table of what things cost", () => {
  expect(table.length).toBeGreaterThan(8);
});

test.each(table)("$op costs what the README says", ({ op, ours, peer }) => {
  const found = lines.filter((line) => line.op === op);
  const shown = (impl: Line["impl"]) => found.filter((line) => line.impl === impl).map(show);
  expect(shown("convex-platform")).toEqual([ours]);
  const [name, cost] = peer.split(": ") as [Line["impl"], string?];
  if (cost === undefined) expect(found).toHaveLength(1);
  else expect(shown(name)).toEqual([cost]);
});
