import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { decodeCursor, encodeCursor, type Bookmark } from "../../src/shared/cursors.js";

const aKey = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  fc.double(),
  fc.string({ unit: "grapheme" }),
);
const aBookmark: fc.Arbitrary<Bookmark> = fc.oneof(
  fc.constant("end" as const),
  fc.record({
    key: aKey,
    creationTime: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })),
  }),
);
const INVALID = expect.objectContaining({
  data: expect.objectContaining({ code: "INVALID_CURSOR" }),
});

describe("decodeCursor", () => {
  test.prop([aBookmark, fc.string()], { seed: 1 })(
    "gives back what was encoded",
    (bookmark, list) => {
      expect(decodeCursor(encodeCursor(bookmark, list), list)).toEqual(bookmark);
    },
  );

  test.prop([aBookmark, fc.string(), fc.string()], { seed: 2 })(
    "refuses a cursor of another list",
    (bookmark, list, other) => {
      fc.pre(list !== other);
      expect(() => decodeCursor(encodeCursor(bookmark, list), other)).toThrowError(INVALID);
    },
  );

  test.prop([aBookmark, fc.nat()], { seed: 3 })("refuses a cursor cut anywhere", (bookmark, n) => {
    const cursor = encodeCursor(bookmark, "list");
    expect(() => decodeCursor(cursor.slice(0, n % cursor.length), "list")).toThrowError(INVALID);
  });

  test.prop([aBookmark, fc.nat(), fc.constantFrom(..."Aa0_-.=+/ é")], { seed: 4 })(
    "refuses a cursor with any one character changed",
    (bookmark, n, char) => {
      const cursor = encodeCursor(bookmark, "list");
      const at = n % cursor.length;
      fc.pre(cursor[at] !== char);
      const changed = cursor.slice(0, at) + char + cursor.slice(at + 1);
      expect(() => decodeCursor(changed, "list")).toThrowError(INVALID);
    },
  );

  test.each(["", "null", "{}", "[]", '["o3"]', "p1.", "p1.e30", "p2.AAAA", "0", "p1.\u0000"])(
    "refuses the invented cursor %j",
    (cursor) => {
      expect(() => decodeCursor(cursor, "list")).toThrowError(INVALID);
    },
  );
});
