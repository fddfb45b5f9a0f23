import rateLimiter from "@convex-dev/rate-limiter/test";
import { anyApi, type ApiFromModules } from "convex/server";
import type { GenericId } from "convex/values";
import { register } from "../../../src/test";
import { openWorld } from "../../instrument";
import type { GrowingWorld } from "../../rows/study";
import * as guarding from "./guarding";

const { guarding: api } = anyApi as unknown as ApiFromModules<{ guarding: typeof guarding }>;

/** A host whose people have profiles. Its size is the number of those besides Ann's, who calls. */
export interface GuardedWorld extends GrowingWorld {
  /** Ann logs in, under the name she has or another one. */
  login(name?: string): Promise<void>;
  /** Somebody logs in for the first time, which adds a profile. */
  arrive(): Promise<void>;
  createInvoices(count: number): Promise<GenericId<"invoices">[]>;
  /** Ann writes a new amount into these invoices. */
  change(how: Change, ids: GenericId<"invoices">[]): Promise<void>;
  /** Ann uses her limit: through the platform, or through the official component itself. */
  limit(through: "platform" | "official"): Promise<void>;
}

export type Change = "bare" | "guarded" | "bareUnread" | "guardedUnread";

export async function openGuardedWorld(): Promise<GuardedWorld> {
  const t = openWorld(guarding.schema, { guarding: async () => guarding });
  register(t);
  rateLimiter.register(t, "rateLimiter");

  const as = (subject: string, name = subject) =>
    t.withIdentity({ subject, name, issuer: "https://id.example" });
  const ann = as("ann");
  let size = 0;
  let amount = 0;
  const world: GuardedWorld = {
    get size() {
      return size;
    },
    fill: async (wanted) => {
      while (size < wanted) await world.arrive();
    },
    login: async (name) => void (await as("ann", name).mutation(api.sync, {})),
    arrive: async () => void (await as(`person ${++size}`).mutation(api.sync, {})),
    createInvoices: (count) => t.mutation(api.create, { count }),
    change: async (how, ids) => void (await ann.mutation(api[how], { ids, amount: ++amount })),
    limit: async (through) => {
      if (through === "platform") await ann.mutation(api.limit, {});
      else await ann.mutation(api.limitByOfficial, { key: "ann" });
    },
  };
  await world.login();
  return world;
}
