import { anyApi, defineSchema, mutationGeneric, queryGeneric } from "convex/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NOON, stopClock, type Clock } from "../../bench/clock";
import { conflictBetween, costOf, openWorld, record, type World } from "../../bench/instrument";
import { UserProfiles } from "../../src/client/userProfiles";
import type { ProfileEvent } from "../../src/shared/userProfiles";
import { register } from "../../src/test";
import { component } from "../factories";

const profiles = new UserProfiles(component, {
  ip: "truncated",
  defaultRole: "viewer",
  administratorRole: "admin",
});

const functions = {
  sync: mutationGeneric(async (ctx) => await profiles.sync(ctx)),
  apply: mutationGeneric(async (ctx, event: ProfileEvent) => await profiles.applyEvent(ctx, event)),
  link: mutationGeneric(
    async (ctx, { id, tokenIdentifier }: { id: string; tokenIdentifier: string }) =>
      await profiles.link(ctx, id, tokenIdentifier),
  ),
  demote: mutationGeneric(
    async (ctx, { id }: { id: string }) => await profiles.setRoles(ctx, id, []),
  ),
  promote: mutationGeneric(
    async (ctx, { id }: { id: string }) => await profiles.setRoles(ctx, id, [{ role: "admin" }]),
  ),
  current: queryGeneric(async (ctx) => await profiles.current(ctx)),
  status: queryGeneric(async (ctx) => await profiles.syncStatus(ctx)),
  page: queryGeneric(
    async (ctx) => await profiles.list(ctx, { paginationOpts: { numItems: 10, cursor: null } }),
  ),
};
const host = anyApi.host!;

let clock: Clock;
let t: World;
beforeAll(() => {
  clock = stopClock(NOON);
});
afterAll(() => clock.release());
beforeEach(() => {
  t = openWorld(defineSchema({}), { host: async () => functions });
  register(t);
});

function as(subject: string, claims: Record<string, string> = {}) {
  return t.withIdentity({ subject, issuer: "https://id.example", name: subject, ...claims });
}

function anEvent(parts: Partial<ProfileEvent> = {}): ProfileEvent {
  const tokenIdentifier = "https://id.example|ann";
  const event = { kind: "upserted", provider: "clerk", tokenIdentifier, claims: {} } as const;
  return { ...event, version: 1000, eventId: "e1", ...parts };
}

async function costOfCall(run: () => Promise<unknown>) {
  const { docsRead, docsWritten, ranges, nested } = costOf(await record(run));
  return { docsRead, docsWritten, ranges, nested };
}

describe("sync", () => {
  test("costs one read and no write when nothing is new, at any size", async () => {
    await as("ann").mutation(host.sync!, {});
    const expected = { docsRead: 1, docsWritten: 0, ranges: 1, nested: 1 };
    expect(await costOfCall(() => as("ann").mutation(host.sync!, {}))).toEqual(expected);
    for (let i = 0; i < 100; i++) await as(`p${i}`).mutation(host.sync!, {});
    expect(await costOfCall(() => as("ann").mutation(host.sync!, {}))).toEqual(expected);
  });

  test("costs two reads and two writes when something is, its entry among them", async () => {
    await as("ann").mutation(host.sync!, {});
    const change = () => as("ann", { name: "Ann Lee" }).mutation(host.sync!, {});
    expect(await costOfCall(change)).toMatchObject({ docsRead: 2, docsWritten: 2, nested: 1 });
  });

  test("costs no read and two writes for somebody new", async () => {
    const first = () => as("ann").mutation(host.sync!, {});
    expect(await costOfCall(first)).toMatchObject({ docsRead: 0, docsWritten: 2, nested: 1 });
  });

  test("makes no other first login run again", async () => {
    const ann = await record(() => as("ann").mutation(host.sync!, {}));
    const ben = await record(() => as("ben").mutation(host.sync!, {}));
    expect(conflictBetween(ann, ben)).toBeNull();
  });

  test("makes only one profile of two first logins of one person at once", async () => {
    const first = await record(() => as("ann").mutation(host.sync!, {}));
    const other = openWorld(defineSchema({}), { host: async () => functions });
    register(other);
    const ann = other.withIdentity({ subject: "ann", issuer: "https://id.example" });
    const second = await record(() => ann.mutation(host.sync!, {}));
    expect(conflictBetween(first, second)).not.toBeNull();
  });

  test("makes no other login run again when nothing is new", async () => {
    await as("ann").mutation(host.sync!, {});
    const first = await record(() => as("ann").mutation(host.sync!, {}));
    const second = await record(() => as("ann").mutation(host.sync!, {}));
    expect(conflictBetween(first, second)).toBeNull();
  });
});

describe("applyEvent", () => {
  test("costs the same as a login", async () => {
    const cost = (event: ProfileEvent) => costOfCall(() => t.mutation(host.apply!, event));
    expect(await cost(anEvent())).toMatchObject({ docsRead: 0, docsWritten: 2 });
    expect(await cost(anEvent())).toMatchObject({ docsRead: 1, docsWritten: 0 });
    const changed = anEvent({ version: 2000, claims: { name: "Ann" } });
    expect(await cost(changed)).toMatchObject({ docsRead: 2, docsWritten: 2 });
    const newer = { ...changed, version: 3000 };
    expect(await cost(newer)).toMatchObject({ docsRead: 2, docsWritten: 1 });
    const deleted = anEvent({ kind: "deleted", version: 4000 });
    expect(await cost(deleted)).toMatchObject({ docsRead: 2, docsWritten: 2 });
  });

  test("makes no event of another person run again", async () => {
    const ben = "https://id.example|ben";
    for (const tokenIdentifier of [anEvent().tokenIdentifier, ben]) {
      await t.mutation(host.apply!, anEvent({ tokenIdentifier }));
    }
    const news = { version: 2000, claims: { name: "New" } };
    const first = await record(() => t.mutation(host.apply!, anEvent(news)));
    const second = await record(() =>
      t.mutation(host.apply!, anEvent({ ...news, tokenIdentifier: ben })),
    );
    expect(conflictBetween(first, second)).toBeNull();
  });
});

describe("reads", () => {
  test("find a person by any account with one document", async () => {
    const { profile } = await as("ann").mutation(host.sync!, {});
    const tokenIdentifier = "https://id.example|work";
    await t.mutation(host.link!, { id: profile.id, tokenIdentifier });
    const cost = (subject: string) => costOfCall(() => as(subject).query(host.current!, {}));
    expect(await cost("ann")).toEqual({ docsRead: 1, docsWritten: 0, ranges: 1, nested: 1 });
    expect(await cost("work")).toEqual({ docsRead: 1, docsWritten: 0, ranges: 2, nested: 1 });
    expect(await cost("nobody")).toEqual({ docsRead: 0, docsWritten: 0, ranges: 2, nested: 1 });
    expect(await t.query(host.current!, {})).toBeNull();
  });

  test("page n profiles with n + 1 documents", async () => {
    for (let i = 0; i < 30; i++) await as(`p${i}`).mutation(host.sync!, {});
    expect(await costOfCall(() => t.query(host.page!, {}))).toEqual({
      docsRead: 11,
      docsWritten: 0,
      ranges: 1,
      nested: 1,
    });
  });

  test("tell of each provider with one document", async () => {
    for (const provider of ["clerk", "workos"]) {
      for (const subject of ["a", "b", "c"]) {
        const tokenIdentifier = `${provider}|${subject}`;
        await t.mutation(host.apply!, anEvent({ provider, tokenIdentifier }));
      }
    }
    expect(await costOfCall(() => t.query(host.status!, {}))).toMatchObject({ docsRead: 2 });
  });
});

describe("setRoles", () => {
  test("looks at two administrators at most", async () => {
    const ids = await administrators(20);
    const demotion = await record(() => t.mutation(host.demote!, { id: ids[0]! }));
    expect(costOf(demotion)).toMatchObject({ docsRead: 4, docsWritten: 2 });
  });

  test("lets the last two not step down at once", async () => {
    const [ada, ben] = await administrators(2);
    const first = await record(() => t.mutation(host.demote!, { id: ada! }));
    await t.mutation(host.promote!, { id: ada! });
    const second = await record(() => t.mutation(host.demote!, { id: ben! }));
    expect(conflictBetween(first, second)).toMatch(/by_status/);
  });

  async function administrators(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const { profile } = await as(`p${i}`).mutation(host.sync!, {});
      await t.mutation(host.promote!, { id: profile.id });
      ids.push(profile.id);
    }
    return ids;
  }
});

describe("a change of a person with several accounts", () => {
  test("costs two reads and a write more for each further account", async () => {
    const { profile } = await as("ann").mutation(host.sync!, {});
    for (const [i, name] of ["one", "two"].entries()) {
      await t.mutation(host.link!, { id: profile.id, tokenIdentifier: `work|${i}` });
      const change = () => as("ann", { name }).mutation(host.sync!, {});
      expect(await costOfCall(change)).toMatchObject({
        docsRead: 2 + 2 * (i + 1),
        docsWritten: 2 + (i + 1),
      });
    }
  });
});
