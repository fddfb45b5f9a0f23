import { ERASED_ACTION, PRUNED_ACTION } from "../shared/auditSealing.js";
import type { Block } from "../shared/sealFaults.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { QueryCtx } from "./functions.js";

/**
 * What is gone from a sealed log is gone by request: the entry that tells of it says what it took.
 *
 * Only the component writes such entries, and they are sealed like all others. So nobody can make a
 * removal look like one without adding an entry that says so.
 */
export class Evidence {
  private readonly ctx: QueryCtx;
  private readonly entries = new Map<string, Doc<"auditLogs"> | null>();

  constructor(ctx: QueryCtx) {
    this.ctx = ctx;
  }

  /** Which leaves of a pruned part kept their entries; `null` when no pruning accounts for the others. */
  async findKept(prunedBy: string, seal: number, part: number): Promise<Set<number> | null> {
    const entry = await this.find(prunedBy);
    const parts: unknown = entry?.action === PRUNED_ACTION ? entry.metadata?.parts : null;
    if (!Array.isArray(parts)) return null;
    const [, kept] = parts.map(readPrunedPart).find(([place]) => place === `${seal}.${part}`) ?? [];
    return kept ?? null;
  }

  /** Whether `erasedBy` tells that it took this block of this entry. */
  async isErasure(erasedBy: string, entryId: string, block: Block): Promise<boolean> {
    const entry = await this.find(erasedBy);
    if (entry?.action !== ERASED_ACTION || entry.metadata?.block !== block) return false;
    const erased = entry.metadata.entries;
    return Array.isArray(erased) && erased.includes(entryId);
  }

  private async find(id: string): Promise<Doc<"auditLogs"> | null> {
    const known = this.entries.get(id);
    if (known !== undefined) return known;
    const entryId: Id<"auditLogs"> | null = this.ctx.db.normalizeId("auditLogs", id);
    const entry = entryId && (await this.ctx.db.get("auditLogs", entryId));
    this.entries.set(id, entry);
    return entry;
  }
}

/** A part of a seal, as the entry names it that tells of its pruning: `12.0`, or `12.0:5,7` with the leaves kept. */
export function writePrunedPart(seal: number, part: number, kept: number[]): string {
  return kept.length === 0 ? `${seal}.${part}` : `${seal}.${part}:${kept.join()}`;
}

/** Takes whatever stands there, for somebody may have edited it. */
function readPrunedPart(written: unknown): [place: string, kept: Set<number>] {
  const [place = "", kept] = String(written).split(":");
  return [place, new Set(kept?.split(",").map(Number))];
}
