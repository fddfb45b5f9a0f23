/**
 * A hand in the till: edits a sealed entry past all functions, as somebody with the keys of a
 * database can. Only the dev server of the embedded backend has it. No function of the app or of
 * the component does this, so no deployment can.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Engine } from "../embedded/engine";

const COMPONENT = "platform";
/** How far back it looks for an amount to change. */
const MOST_ENTRIES = 500;

type Change = { path: string; before?: unknown; after?: unknown };

/** What was edited, until it is put back. */
export type Tampering = { entryId: string; path: string; was: number; is: number };

export class TamperSwitch {
  private readonly engine: Engine;
  private kept: { tampering: Tampering; changes: Change[] } | null = null;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get tampering(): Tampering | null {
    return this.kept?.tampering ?? null;
  }

  /** Takes the last two digits from the newest sealed amount. @returns null while none is sealed */
  async edit(): Promise<Tampering | null> {
    if (this.kept) return this.kept.tampering;
    await this.pastFunctions(async ({ db }) => {
      const seal = await db.query("auditSeals").withIndex("by_index").order("desc").first();
      const sealed = db
        .query("auditLogs")
        .withIndex("by_commitTs", (q) => q.lte("commitTs", seal?.through ?? 0n));
      for (const row of await sealed.order("desc").take(MOST_ENTRIES)) {
        const changes = row.changes as Change[];
        const change = changes.find(isAmount);
        if (!change) continue;
        const { path, after: was } = change;
        const is = Math.floor(was / 100);
        const edited = changes.map((each) => (each === change ? { ...each, after: is } : each));
        await db.patch(row._id as never, { changes: edited } as never);
        this.kept = { tampering: { entryId: String(row._id), path, was, is }, changes };
        return;
      }
    });
    return this.tampering;
  }

  async putBack(): Promise<void> {
    const { kept } = this;
    if (!kept) return;
    await this.pastFunctions(async ({ db }) => {
      await db.patch(kept.tampering.entryId as never, { changes: kept.changes } as never);
    });
    this.kept = null;
  }

  private async pastFunctions(
    run: (ctx: Parameters<Parameters<Engine["t"]["runInComponent"]>[1]>[0]) => Promise<void>,
  ): Promise<void> {
    await this.engine.enter(() => this.engine.t.runInComponent(COMPONENT, run));
  }
}

function isAmount(change: Change): change is Change & { after: number } {
  return change.path === "amountCents" && typeof change.after === "number" && change.after >= 100;
}

/** Says what is edited (GET), edits (POST), puts it back (DELETE). */
export function tamperRoute(engine: Engine) {
  const tamper = new TamperSwitch(engine);
  return async ({ method }: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (method === "POST") await tamper.edit();
    if (method === "DELETE") await tamper.putBack();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(tamper.tampering));
  };
}
