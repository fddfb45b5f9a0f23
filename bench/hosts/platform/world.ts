import { anyApi, defineSchema, type ApiFromModules } from "convex/server";
import { MAX_PAGE_SIZE } from "../../../src/shared/pages";
import { register } from "../../../src/test";
import { NOON, stopClock, type Clock } from "../../clock";
import { openWorld } from "../../instrument";
import { ACTION, ACTOR, TARGET, TENANT, type LogQuery } from "../entries";
import { anEmptyLog, type LogWorld } from "../logWorld";
import type * as auditing from "./auditing";

const api = (anyApi as unknown as ApiFromModules<{ auditing: typeof auditing }>).auditing;

/** An app that records through `Platform`, with an empty log. Signed in, as most callers are. */
export async function openPlatformWorld(clock: Clock = stopClock(NOON)): Promise<LogWorld> {
  const t = openWorld(defineSchema({}), { auditing: () => import("./auditing") });
  register(t);
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
