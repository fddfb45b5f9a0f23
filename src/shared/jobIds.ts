/**
 * A job's id: time, then how far its mutation was, then chance, then its place in the call that made
 * it. So ids made later sort behind, jobs of one mutation keep their order although its clock stands
 * still, and the members of a batch are a range.
 */

/** What tells a job from all others. Its queue and name are part of the public id, because its row is found by them. */
export type JobKey = { queue: string; name: string; id: string };

/** Crockford's: without letters that look like others, and sorted as text like the numbers they stand for. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 10;
const ORDER_LENGTH = 3;
const CHANCE_LENGTH = 8;
const PLACE_LENGTH = 2;
const PREFIX_LENGTH = TIME_LENGTH + ORDER_LENGTH + CHANCE_LENGTH;
export const CHANCE_BYTES = CHANCE_LENGTH;

/** Jobs that one call can number. */
export const MAX_PLACES = DIGITS.length ** PLACE_LENGTH;

/**
 * What the ids of one call begin with; the id of a batch.
 *
 * @param order - grows from call to call of one mutation, below 32,768
 */
export function callPrefix(now: number, order: number, chance: Uint8Array): string {
  const digits = Array.from(chance.subarray(0, CHANCE_LENGTH), (byte) => DIGITS[byte % 32]);
  return [toDigits(Math.floor(now), TIME_LENGTH), toDigits(order, ORDER_LENGTH), ...digits].join(
    "",
  );
}

/** @param place - from 0, below {@link MAX_PLACES} */
export function jobIdAt(prefix: string, place: number): string {
  return prefix + toDigits(place, PLACE_LENGTH);
}

/** Behind every id that begins with the prefix, and before every other later one. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}~`;
}

export function batchOf(id: string): string {
  return id.slice(0, -PLACE_LENGTH);
}

/** The id as hosts have it. */
export function encodeJobId({ queue, name, id }: JobKey): string {
  return [queue, name, id].join("~");
}

/** @returns null for a text that is no job's id */
export function decodeJobId(text: string): JobKey | null {
  return decode(text, PREFIX_LENGTH + PLACE_LENGTH);
}

/** @returns null for a text that is no batch's id */
export function decodeBatchId(text: string): JobKey | null {
  return decode(text, PREFIX_LENGTH);
}

function decode(text: string, length: number): JobKey | null {
  const [queue, name, id, ...rest] = text.split("~");
  const isId = id?.length === length && [...id].every((digit) => DIGITS.includes(digit));
  return queue && name && isId && rest.length === 0 ? { queue, name, id } : null;
}

function toDigits(number: number, length: number): string {
  let digits = "";
  for (let rest = number; digits.length < length; rest = Math.floor(rest / 32)) {
    digits = DIGITS[rest % 32]! + digits;
  }
  return digits;
}
