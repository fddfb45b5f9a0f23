// Prints "N passed, N failed" over the JSON reports of vitest named as arguments; nothing when there
// are none, because then nothing was tested.
import { existsSync, readFileSync } from "node:fs";

const reports = process.argv.slice(2).filter(existsSync);
let passed = 0;
let failed = 0;
for (const file of reports) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
  passed += numPassedTests;
  // A file that does not load fails without having counted a single test.
  const unloaded = testResults.filter((t) => t.status === "failed" && !t.assertionResults.length);
  failed += numFailedTests + unloaded.length;
}
if (reports.length > 0) console.log(`${passed} passed, ${failed} failed`);
