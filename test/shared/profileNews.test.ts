import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { comparePositions, pardon, takeNews, type News } from "../../src/shared/profileNews.js";
import type { Claims, Position, StoredIdentity } from "../../src/shared/userProfiles.js";

const nobody: StoredIdentity = { tokenIdentifier: "a|1", claims: {}, syncedAt: 0 };

const positions = fc.record({
  version: fc.integer({ min: 0, max: 4 }),
  eventId: fc.constantFrom("", "e1", "e2", "é"),
});
const claims: fc.Arbitrary<Claims> = fc.record(
  {
    name: fc.constantFrom("A", "B"),
    email: fc.constantFrom("a@x.co", "b@x.co"),
    emailVerified: fc.boolean(),
  },
  { requiredKeys: [] },
);
const upserts = fc.record({
  kind: fc.constant("upserted" as const),
  provider: fc.constant("clerk"),
  claims,
  position: positions,
});
const deletions = fc.record({ kind: fc.constant("deleted" as const), position: positions });
const histories = fc.array(fc.oneof<fc.Arbitrary<News>[]>(upserts, upserts, deletions), {
  minLength: 1,
  maxLength: 12,
});
const shuffled = histories.chain((history) =>
  fc.tuple(
    fc.constant(history),
    fc.shuffledSubarray(history, { minLength: history.length }),
    fc.array(fc.nat(), { maxLength: 8 }),
  ),
);

const FIXED = { seed: 20_260_115, numRuns: 2_000 };

function after(history: News[], start = nobody): StoredIdentity {
  return history.reduce(takeNews, start);
}

describe("takeNews", () => {
  property.prop([shuffled], FIXED)(
    "ends in one state for every order, and every repetition",
    ([history, order, repeats]) => {
      const expected = after(history);
      expect(after(order)).toEqual(expected);
      const again = repeats.map((i) => history[i % history.length]!);
      expect(after([...again, ...order, ...again])).toEqual(expected);
    },
  );

  property.prop([histories], FIXED)("finds no news in what it has taken", (history) => {
    const state = after(history);
    for (const news of history) expect(takeNews(state, news)).toBe(state);
  });

  property.prop([histories], FIXED)("keeps the tombstone of the latest deletion", (history) => {
    const deleted = history.filter(({ kind }) => kind === "deleted");
    const latest = deleted
      .map(({ position }) => position)
      .sort(comparePositions)
      .at(-1);
    expect(after(history).tombstone).toEqual(latest);
  });

  property.prop([histories], FIXED)("keeps the claims of one event, never a mix", (history) => {
    const told = history.filter((news) => news.kind === "upserted");
    const { claims: kept } = after(history);
    if (told.length > 0) expect(told.map((news) => news.claims)).toContainEqual(kept);
    else expect(kept).toEqual({});
  });

  property.prop([histories, histories], FIXED)(
    "needs a later deletion to end a pardon",
    (history, more) => {
      const start = pardon(after(history));
      const { pardoned, tombstone } = after(more, start);
      const endsPardon = (position: Position) =>
        comparePositions(position, pardoned) > 0 &&
        (position.eventId === "" || position.eventId !== pardoned?.eventId);
      const ends = more.some((news) => news.kind === "deleted" && endsPardon(news.position));
      expect(tombstone !== undefined).toBe(ends);
      expect(after([...history, ...more], start)).toEqual(after(more, start));
    },
  );

  test("takes the last login among those without a time, and none after an event", () => {
    const told = (name: string, position?: Position): News => ({
      kind: "upserted",
      provider: "oidc",
      claims: { name },
      position,
    });
    expect(after([told("A"), told("B")]).claims).toEqual({ name: "B" });
    const event = told("C", { version: 1, eventId: "" });
    expect(after([told("A"), event, told("B")]).claims).toEqual({ name: "C" });
  });

  test("prefers the fuller claims of one time, whole", () => {
    const position = { version: 1, eventId: "" };
    const told = (each: Claims): News => ({
      kind: "upserted",
      provider: "oidc",
      claims: each,
      position,
    });
    const verified = { email: "a@x.co", emailVerified: true };
    const other = { email: "z@x.co" };
    expect(after([told(verified), told(other)]).claims).toEqual(verified);
    expect(after([told(other), told(verified)]).claims).toEqual(verified);
  });
});

describe("pardon", () => {
  test("is nothing to an account that was not deleted", () => {
    expect(pardon(nobody)).toEqual(nobody);
  });

  test("holds against the same deletion sent again later", () => {
    const deleted = (version: number, eventId: string): News => ({
      kind: "deleted",
      position: { version, eventId },
    });
    const state = pardon(after([deleted(1, "e1")]));
    expect(takeNews(state, deleted(2, "e1"))).toBe(state);
    expect(takeNews(state, deleted(2, "e2")).tombstone).toEqual({ version: 2, eventId: "e2" });
  });

  test("is kept when another deletion is pardoned", () => {
    const deleted = (version: number): News => ({
      kind: "deleted",
      position: { version, eventId: "" },
    });
    const twice = pardon(after([deleted(2)], pardon(after([deleted(1)]))));
    expect(after([deleted(1), deleted(2)], twice)).toBe(twice);
  });
});
