import { anyApi, defineSchema, type ApiFromModules } from "convex/server";
import { MAX_PAGE_SIZE } from "../../../src/shared/pages";
import { register } from "../../../src/test";
import { NOON, stopClock, type Clock } from "../../clock";
import { openWorld, type World } from "../../instrument";
import { ACTION, ACTOR, TARGET, TENANT, type LogQuery } from "../entries";
import { anEmptyLog, type LogWorld } from "../logWorld";
import type * as auditing from "./auditing";
import type * as chores from "./chores";

const { auditing: api, chores: choresApi } = anyApi as unknown as ApiFromModules<{
  auditing: typeof auditing;
  chores: typeof chores;
}>;

/** An app that records through `Platform`, with an empty log. Signed in, as most callers are. */
export async function openPlatformWorld(clock: Clock = stopClock(NOON)): Promise<LogWorld> {
  return aLogOn(openHost(), clock);
}

/** A log with what goes on behind its writers. */
export interface ChoreWorld extends LogWorld {
  seal(): Promise<unknown>;
  verify(): Promise<unknown>;
  prune(): Promise<unknown>;
  /** @throws when the file is not complete in the end */
  export(): Promise<unknown>;
  /** Lets the time pass after which everything may be pruned. */
  passRetention(): void;
}

export async function openChoreWorld(clock: Clock): Promise<ChoreWorld> {
  const t = openHost();
  // A chore continues itself: it is done when nothing is scheduled any more.
  const toItsEnd = async (start: () => Promise<unknown>) => {
    await start();
    await t.finishAllScheduledFunctions(() => undefined);
  };
  const chores = {
    seal: () => toItsEnd(() => t.mutation(choresApi.seal, {})),
    verify: () => t.action(choresApi.verify, {}),
    prune: () => toItsEnd(() => t.mutation(choresApi.prune, {})),
    export: async () => {
      const id = await t.mutation(choresApi.startExport, {});
      // Not to the end of all timers: one of them deletes the file a day later.
      for (let i = 0; i < EXPORT_TURNS; i++) {
        await new Promise((resolve) => setTimeout(resolve));
        await t.finishInProgressScheduledFunctions();
      }
      const status = await t.query(choresApi.exportStatus, { id });
      if (status !== "completed") throw new Error(`the export is ${status}`);
    },
    passRetention: () => clock.advance(2 * DAY_MS),
  };
  const log = aLogOn(t, clock);
  return Object.defineProperties(chores, Object.getOwnPropertyDescriptors(log)) as ChoreWorld;
}

const DAY_MS = 86_400_000;
/** Far more than the steps of the largest export here. */
const EXPORT_TURNS = 100;

function openHost(): World {
  const t = openWorld(defineSchema({}), {
    auditing: () => import("./auditing"),
    chores: () => import("./chores"),
  });
  register(t);
  return t;
}

function aLogOn(t: World, clock: Clock): LogWorld {
  const ada = t.withIdentity({ name: "Ada", subject: "ada", issuer: "https://id.example" });
  return anEmptyLog(clock, {
    auditOne: (index) => ada.mutation(api.auditOne, { index }),
    auditMany: (index, count) => ada.mutation(api.auditMany, { index, count }),
    page: (query, paginationOpts) =>
      ada.query(api.page, { filter: filterOf(query), paginationOpts }),
    stepTowards: () => MAX_PAGE_SIZE,
  });
}

function filterOf({ by, from, to }: LogQuery) {
  return {
    ...(by.includes("target") && { target: TARGET }),
    ...(by.includes("actor") && { actorId: ACTOR }),
    ...(by.includes("action") && { action: ACTION }),
    ...(by.includes("tenant") && { tenantId: TENANT }),
    ...(by.length === 0 && { allTenants: true as const }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}
