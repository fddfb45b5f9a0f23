import type { TableName } from "./trashHost.js";

/**
 * What the trash promises, in the simplest way there is: all rows in memory, every relation followed
 * by looking at all of them. It knows nothing of steps, slices and records.
 */

export type ModelTable = Exclude<TableName, "memos" | "logs">;

export type ModelRow = {
  id: string;
  table: ModelTable;
  parent?: string | undefined;
  number?: string | undefined;
  isTrashed: boolean;
};

type Member = { id: string; table: ModelTable; parent: string | undefined; isDetached: boolean };

export type ModelOperation = {
  id: string;
  rootId: string;
  members: Member[];
  state: "trashed" | "restored" | "purged";
  isHeld: boolean;
  purgeAt: number;
};

type Deed = "cascade" | "restrict" | "detach";

/** By parent: what depends on it, in the order of the declaration. */
const RELATIONS: Partial<Record<ModelTable, [ModelTable, Deed][]>> = {
  customers: [["invoices", "cascade"]],
  invoices: [
    ["lines", "cascade"],
    ["payments", "restrict"],
    ["notes", "detach"],
  ],
  folders: [["folders", "cascade"]],
};

/** Tables whose rows go to the trash for good after a while. */
const WITH_RETENTION: ModelTable[] = ["customers", "invoices"];

export class TrashModel {
  /** In the order in which they were made. */
  readonly rows = new Map<string, ModelRow>();
  readonly operations: ModelOperation[] = [];
  private readonly retentionMs: number;

  constructor(retentionMs: number) {
    this.retentionMs = retentionMs;
  }

  create(row: Omit<ModelRow, "isTrashed">): void {
    this.rows.set(row.id, { ...row, isTrashed: false });
  }

  /** The host deletes a row by itself. */
  erase(id: string): void {
    this.rows.delete(id);
  }

  softDelete(id: string, now: number): string {
    const root = this.rows.get(id);
    if (!root) return "NOT_FOUND";
    if (root.isTrashed) return "already";
    const members: Member[] = [{ id, table: root.table, parent: root.parent, isDetached: false }];
    const taken = new Set([id]);
    for (const member of members) {
      const row = this.rows.get(member.id)!;
      if (member.isDetached) continue;
      for (const [child, deed] of this.childrenOf(row)) {
        if (deed === "restrict" || taken.has(child.id)) continue;
        if (deed === "cascade") taken.add(child.id);
        members.push({
          id: child.id,
          table: child.table,
          parent: child.parent,
          isDetached: deed === "detach",
        });
      }
    }
    const isRestricted = [...taken].some((one) =>
      this.childrenOf(this.rows.get(one)!).some(
        ([child, deed]) => deed === "restrict" && !taken.has(child.id),
      ),
    );
    if (isRestricted) return "CONFLICT";
    for (const { id: memberId, isDetached } of members) {
      const row = this.rows.get(memberId)!;
      if (isDetached) row.parent = undefined;
      else row.isTrashed = true;
    }
    this.operations.push({
      id: "",
      rootId: id,
      members,
      state: "trashed",
      isHeld: false,
      purgeAt: WITH_RETENTION.includes(root.table) ? now + this.retentionMs : Infinity,
    });
    return "trashed";
  }

  restore(operation: ModelOperation, now: number): string {
    if (operation.state === "restored") return "already";
    if (operation.state === "purged") return "EXPIRED";
    if (operation.isHeld) return "HELD";
    if (operation.purgeAt <= now) return "EXPIRED";
    const own = new Set(operation.members.map(({ id }) => id));
    for (const { id, parent, isDetached } of operation.members) {
      if (isDetached) continue;
      if (parent !== undefined && !own.has(parent) && !this.isLive(parent)) return "CONFLICT";
      const row = this.rows.get(id);
      const isTaken = [...this.rows.values()].some(
        (other) =>
          row?.table === "invoices" &&
          other.table === "invoices" &&
          other.id !== id &&
          !other.isTrashed &&
          other.number === row.number,
      );
      if (isTaken) return "CONFLICT";
    }
    for (const { id, parent, isDetached } of operation.members) {
      const row = this.rows.get(id);
      if (!row) continue;
      if (!isDetached) row.isTrashed = false;
      else row.parent ??= parent;
    }
    operation.state = "restored";
    return "restored";
  }

  /** Those that ask for nothing first; then all others, again and again until no more come back. */
  restoreMany(operations: ModelOperation[], now: number): string[] {
    const results = new Map<ModelOperation, string>();
    const first = operations.filter((one) => !this.needsAnything(one));
    for (const one of first) results.set(one, this.restore(one, now));
    let waiting = operations.filter((one) => !first.includes(one));
    let before;
    do {
      before = waiting.length;
      for (const one of waiting) results.set(one, this.restore(one, now));
      waiting = waiting.filter((one) => results.get(one) === "CONFLICT");
    } while (waiting.length > 0 && waiting.length < before);
    return operations.map((one) => results.get(one)!);
  }

  hold(operation: ModelOperation): string {
    if (operation.state !== "trashed") return "INVALID_STATE";
    const isNew = !operation.isHeld;
    operation.isHeld = true;
    return String(isNew);
  }

  release(operation: ModelOperation): string {
    const wasHeld = operation.isHeld;
    operation.isHeld = false;
    return String(wasHeld);
  }

  purge(operation: ModelOperation): string {
    if (operation.state === "purged") return "already";
    if (operation.state === "restored") return "INVALID_STATE";
    if (operation.isHeld) return "HELD";
    for (const { id, isDetached } of operation.members) if (!isDetached) this.rows.delete(id);
    operation.state = "purged";
    return "purged";
  }

  purgeDue(now: number): void {
    for (const operation of this.operations) {
      const { state, isHeld, purgeAt } = operation;
      if (state === "trashed" && !isHeld && purgeAt <= now) this.purge(operation);
    }
  }

  /** Everything there is, to be compared. */
  snapshot(): string[] {
    return [...this.rows.values()].map(toLine).sort();
  }

  /** Live rows of a relation's child table that point to a row. */
  private childrenOf(parent: ModelRow): [ModelRow, Deed][] {
    return (RELATIONS[parent.table] ?? []).flatMap(([table, deed]) =>
      [...this.rows.values()]
        .filter((row) => row.table === table && row.parent === parent.id && !row.isTrashed)
        .map((row): [ModelRow, Deed] => [row, deed]),
    );
  }

  private needsAnything({ members }: ModelOperation): boolean {
    const own = new Set(members.map(({ id }) => id));
    return members.some(
      ({ parent, isDetached, table }) =>
        !isDetached && (table === "invoices" || (parent !== undefined && !own.has(parent))),
    );
  }

  private isLive(id: string): boolean {
    return this.rows.get(id)?.isTrashed === false;
  }
}

export function toLine({ table, id, parent, isTrashed }: Omit<ModelRow, "number">): string {
  return `${table} ${id} of ${parent ?? "none"}${isTrashed ? " in the trash" : ""}`;
}
