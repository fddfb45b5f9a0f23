import { describe, expect, test } from "vitest";
import {
  batchOf,
  callPrefix,
  decodeBatchId,
  decodeJobId,
  encodeJobId,
  endOfPrefix,
  jobIdAt,
  MAX_PLACES,
} from "../../src/shared/jobIds.js";
import { NOON } from "../factories.js";

const chance = (fill: number) => new Uint8Array(8).fill(fill);

describe("an id", () => {
  test("sorts by time, then by the course of its mutation, then by place", () => {
    const ids = [
      jobIdAt(callPrefix(NOON, 9, chance(255)), 999),
      jobIdAt(callPrefix(NOON + 1, 0, chance(255)), 0),
      jobIdAt(callPrefix(NOON + 1, 1, chance(0)), 0),
      jobIdAt(callPrefix(NOON + 1, 1, chance(0)), 1),
      jobIdAt(callPrefix(NOON + 1, 1, chance(0)), MAX_PLACES - 1),
      jobIdAt(callPrefix(NOON + 1, 16_000, chance(0)), 0),
    ];
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids.map((id) => id.length))).toEqual(new Set([23]));
  });

  test("is in the range of its batch, and no other one is", () => {
    const prefix = callPrefix(NOON, 1, chance(7));
    for (const place of [0, MAX_PLACES - 1]) {
      const id = jobIdAt(prefix, place);
      expect(id > prefix && id < endOfPrefix(prefix)).toBe(true);
      expect(batchOf(id)).toBe(prefix);
    }
    const later = jobIdAt(callPrefix(NOON, 1, chance(8)), 0);
    expect(later > endOfPrefix(prefix)).toBe(true);
  });

  test("comes back from its public form", () => {
    const prefix = callPrefix(NOON, 1, chance(7));
    const key = { queue: "mail", name: "reports/monthly:build", id: jobIdAt(prefix, 3) };
    expect(decodeJobId(encodeJobId(key))).toEqual(key);
    expect(decodeBatchId(encodeJobId({ ...key, id: prefix }))).toEqual({ ...key, id: prefix });
  });

  test.each([
    "",
    "~~",
    "mail~send",
    "mail~send~short",
    `mail~send~${"u".repeat(23)}`,
    `mail~send~${"0".repeat(23)}~more`,
    `~send~${"0".repeat(23)}`,
  ])("is not %j", (text) => {
    expect(decodeJobId(text)).toBeNull();
    expect(decodeBatchId(text)).toBeNull();
  });
});
