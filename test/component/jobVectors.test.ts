import { expect, test } from "vitest";
import vectors from "../vectors/jobs.json";

const files = import.meta.glob<string>("../**/job*.test.ts", {
  query: "?raw",
  import: "default",
  eager: true,
});

test.each(vectors.cases)("$id ($step: $fault) has a test", ({ id }) => {
  const named = Object.values(files).filter((text) => text.includes(`"${id}: `));
  expect(named).not.toEqual([]);
});
