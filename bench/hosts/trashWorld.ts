import type { GrowingWorld } from "../rows/study";

/**
 * An app whose invoices have lines and go to the trash. Its size is the number of invoices in it,
 * each deleted by itself.
 */
export interface TrashWorld extends GrowingWorld {
  /** One invoice with this many lines; gives its id. */
  create(lines: number): Promise<string>;
  /** Reads it and does nothing: what comes before each deletion here. */
  read(id: string): Promise<void>;
  /** Reads it and puts it into the trash, with its lines. Gives what `restore` takes. */
  softDelete(id: string): Promise<string>;
  /** The same of an invoice that nobody has read. Absent where it has to be read. */
  softDeleteById?(id: string): Promise<void>;
  restore(deletion: string): Promise<void>;
  /** Deletes for good what one deletion took. Absent where there is nothing of the kind. */
  purge?(deletion: string): Promise<void>;
  /** Purges whatever its retention has passed for; {@link passRetention} lets it. */
  purgeDue?(): Promise<void>;
  /** Lets the time pass after which everything in the trash may be purged. */
  passRetention?(): void;
  /** Writes this many new invoices, each with an entry in the audit log. Absent where there is none. */
  importInvoices?(count: number): Promise<void>;
}
