import { parseArgs } from "node:util";
import { toJson, toTable } from "./report";
import { auditChores } from "./rows/auditChores";
import { auditLogs } from "./rows/auditLogs";
import { guards } from "./rows/guards";
import { jobs } from "./rows/jobs";
import { jobLists } from "./rows/jobLists";
import { capped, recovery, sweeps } from "./rows/jobQueues";
import { missesOf, type Line } from "./rows/line";
import { measurePackage } from "./rows/package";
import { measureStudy } from "./rows/study";
import { trash } from "./rows/trash";

/**
 * Measures the rows of the cost table and prints them.
 *
 * @param argv - `--json` prints one JSON object a line; `--row N`, as often as wanted, measures
 *   only these rows
 * @returns the exit code: 1 when a row misses its target, 2 when there is no such row
 */
export async function main(argv: string[]): Promise<number> {
  const { json, row } = parseArgs({
    args: argv,
    options: { json: { type: "boolean" }, row: { type: "string", multiple: true } },
  }).values;
  const wanted = row?.map(Number);
  if (!json) console.error("Measuring. All rows together take a minute or two.");
  const lines: Line[] = [];
  for await (const line of measureAll((row) => wanted?.includes(row) ?? true)) {
    lines.push(line);
    if (json) console.log(toJson(line));
  }
  if (!json && lines.length > 0) console.log(toTable(lines));

  const missing = wanted?.filter((row) => !lines.some((line) => line.row === row)) ?? [];
  for (const row of missing) console.error(`There is no row ${row}.`);
  const missed = lines.filter((line) => missesOf(line).length > 0);
  for (const line of missed) {
    const place = line.size === null ? line.op : `${line.op}, at size ${line.size}`;
    console.error(`Row ${line.row}, ${place}: ${missesOf(line).join("; ")}`);
  }
  return missing.length > 0 ? 2 : missed.length > 0 ? 1 : 0;
}

async function* measureAll(isWanted: (row: number) => boolean): AsyncGenerator<Line> {
  for (const study of auditLogs) yield* measureStudy(study, isWanted);
  for (const study of auditChores) yield* measureStudy(study, isWanted);
  yield* measureStudy(guards, isWanted);
  yield* measureStudy(trash, isWanted);
  yield* measureStudy(jobs, isWanted);
  yield* measureStudy(jobLists, isWanted);
  yield* measureStudy(recovery, isWanted);
  yield* measureStudy(sweeps, isWanted);
  yield* measureStudy(capped, isWanted);
  yield* measurePackage(isWanted);
}
