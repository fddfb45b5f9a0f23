import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyLine, keyPlace, readyLine, readyPlace } from "../../src/shared/jobLines.js";
import { NOON } from "../factories.js";

const job = { queue: "mail", priority: 0, id: "b" };
const isIn = (place: string, { from, to }: { from: string; to: string }) =>
  place >= from && place < to;

describe("a place in line", () => {
  test("is by priority, then by time, then by id", () => {
    const places = [
      readyPlace({ ...job, priority: 100 }, NOON + 9),
      readyPlace({ ...job, priority: 1 }, NOON + 9),
      readyPlace({ ...job, id: "a" }, NOON),
      readyPlace(job, NOON),
      readyPlace({ ...job, id: "a" }, NOON + 1),
      readyPlace({ ...job, priority: -100 }, NOON),
    ];
    expect(places).toEqual([...places].sort());
  });

  test("is in its own line only, whatever the names", () => {
    const aName = fc.string({ unit: fc.constantFrom("a", "b", ".", "-", "_", "é") });
    fc.assert(
      fc.property(aName, aName, aName, aName, (queue, other, key, otherKey) => {
        const ready = readyPlace({ ...job, queue }, NOON);
        const behind = keyPlace({ ...job, queue }, key);
        expect(isIn(ready, readyLine(queue))).toBe(true);
        expect(isIn(ready, readyLine(other))).toBe(queue === other);
        expect(isIn(behind, keyLine(queue, key))).toBe(true);
        expect(isIn(behind, keyLine(other, otherKey))).toBe(queue === other && key === otherKey);
        expect(isIn(behind, readyLine(queue))).toBe(false);
        expect(isIn(ready, keyLine(queue, key))).toBe(false);
      }),
      { seed: 6 },
    );
  });
});
