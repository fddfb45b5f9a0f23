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

  /** Whether a pruning accounts for the missing entries of a part. */
  async isPruned({ seal, part, prunedBy }: Doc<"auditSealParts">): Promise<boolean> {
    if (prunedBy === undefined) return false;
    const entry = await this.find(prunedBy);
    if (entry?.action !== PRUNED_ACTION) return false;
    const parts = entry.metadata?.parts;
    return Array.isArray(parts) && parts.includes(partKey(seal, part));
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

/** A part of a seal, as the entry names it that tells of its pruning. */
export function partKey(seal: number, part: number): string {
  return `${seal}.${part}`;
}
