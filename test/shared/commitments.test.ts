import { fc, test } from "@fast-check/vitest";
import { compareValues } from "convex/values";
import { describe, expect } from "vitest";
import { commit, matches, SALT_BYTES } from "../../src/shared/commitments.js";
import { isHash, sha256 } from "../../src/shared/hashes.js";
import { aValue, redressed } from "./convexValues.js";

const aSalt = fc
  .uint8Array({ minLength: SALT_BYTES, maxLength: SALT_BYTES })
  .map((bytes) => Uint8Array.from(bytes).buffer);
const SALT = new ArrayBuffer(SALT_BYTES);

describe("commit", () => {
  test.prop([aSalt, aSalt, aValue], { seed: 1 })(
    "hides that two values are equal, when their salts are not",
    (salt, other, value) => {
      fc.pre(compareValues(salt, other) !== 0);
      expect(commit(salt, value)).not.toBe(commit(other, value));
    },
  );

  test("is no plain hash of what it hides", () => {
    const commitment = commit(SALT, "Ann");
    expect(isHash(commitment)).toBe(true);
    const guesses = ["Ann", '"Ann"'].flatMap((text) => [
      sha256(text),
      sha256(new Uint8Array(SALT), text),
    ]);
    expect(guesses).not.toContain(commitment);
  });

  test.each([0, SALT_BYTES - 1, SALT_BYTES + 1])("refuses a salt of %i bytes", (length) => {
    expect(() => commit(new ArrayBuffer(length), "Ann")).toThrow("16 bytes");
  });

  test("stays what it is: stored commitments depend on it", () => {
    expect(commit(SALT, { id: "u1", label: "Ann" })).toMatchInlineSnapshot(
      `"e5233b9989a74d21c776728ec946400b608db5762242767886d82c67fabb1bde"`,
    );
  });
});

describe("matches", () => {
  test.prop([aSalt, aValue, aValue], { seed: 2, numRuns: 1000 })(
    "accepts the value, however it is written, and no other",
    (salt, value, other) => {
      const commitment = commit(salt, value);
      expect(matches(commitment, salt, redressed(value))).toBe(true);
      expect(matches(commitment, salt, other)).toBe(compareValues(value, other) === 0);
    },
  );

  test("opens nothing with another salt, or one of another length", () => {
    const commitment = commit(SALT, "Ann");
    expect(
      matches(commitment, Uint8Array.from({ length: SALT_BYTES }, () => 1).buffer, "Ann"),
    ).toBe(false);
    expect(matches(commitment, new ArrayBuffer(0), "Ann")).toBe(false);
  });
});
