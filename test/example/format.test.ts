// @vitest-environment node
import { beforeAll, describe, expect, test } from "vitest";
import type * as Format from "../../example/src/format";

const DAY_MS = 24 * 60 * 60 * 1000;
/** 05:29:38 of the next day in Nouméa. */
const NIGHT = Date.UTC(2026, 10, 30, 18, 29, 38);

let format: typeof Format;
beforeAll(async () => {
  process.env["TZ"] = "Pacific/Noumea";
  format = await import("../../example/src/format");
});

describe("formatMoment", () => {
  test("is exact, and in UTC wherever the reader sits", () => {
    expect(new Date(NIGHT).getHours()).toBe(5);
    expect(format.formatMoment(NIGHT)).toBe("30 Nov 2026, 18:29:38 UTC");
  });
});

describe("formatAgo", () => {
  test("names the largest unit that fits", () => {
    const ago = (ms: number) => format.formatAgo(NIGHT - ms, NIGHT);
    expect(ago(59_999)).toBe("just now");
    expect(ago(60_000)).toBe("1 minute ago");
    expect(ago(DAY_MS - 1)).toBe("23 hours ago");
    expect(ago(DAY_MS)).toBe("1 day ago");
  });

  test("names the reader's day from a week on", () => {
    expect(format.formatAgo(NIGHT, NIGHT + 7 * DAY_MS - 1)).toBe("6 days ago");
    expect(format.formatAgo(NIGHT, NIGHT + 7 * DAY_MS)).toBe("1 Dec 2026");
  });
});
