import type { Finding, Impl, Line } from "./line";

/** Entries already there when an operation is measured. */
export const SIZES = [0, 100, 1_000, 10_000];

/** An app with one implementation in it, and a number of entries that only ever grows. */
export interface GrowingWorld {
  readonly size: number;
  /** Adds entries until there are `size`. */
  fill(size: number): Promise<void>;
}

/** One operation, measured alike in every implementation. */
export interface Case<World> {
  row: number;
  op: string;
  /** {@link SIZES} unless said otherwise. */
  sizes?: number[];
  /**
   * @returns `null` where the implementation has nothing of the kind, or the size is too small
   * @throws where the implementation cannot do it: the report says why
   */
  measure(world: World): Promise<Finding | null>;
}

export interface Study<World extends GrowingWorld> {
  worlds: Partial<Record<Impl, () => Promise<World>>>;
  /** Those that only read first: a case that writes makes the world too large for its successors. */
  cases: Case<World>[];
}

/** Measures every case at every size, in worlds that hold exactly as many entries as the line says. */
export async function* measureStudy<World extends GrowingWorld>(
  { worlds, cases }: Study<World>,
  isWanted: (row: number) => boolean,
  allSizes: number[] = SIZES,
): AsyncGenerator<Line> {
  const wanted = cases.filter(({ row }) => isWanted(row));
  for (const [impl, open] of Object.entries(worlds) as [Impl, () => Promise<World>][]) {
    let world: World | undefined;
    for (const size of allSizes) {
      const atSize = wanted.filter(({ sizes = allSizes }) => sizes.includes(size));
      for (const { row, op, measure } of atSize) {
        if (!world || world.size > size) world = await open();
        await world.fill(size);
        const found = await attempt(measure, world);
        if (found) yield { row, op, size, impl, ...found };
      }
    }
  }
}

/** A failure is a finding too, such as a peer that runs into a limit. */
async function attempt<World>(measure: Case<World>["measure"], world: World) {
  try {
    return await measure(world);
  } catch (error) {
    return { figures: {}, error: error instanceof Error ? error.message : String(error) };
  }
}
