import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** A SHA-256 hash as 64 lower-case hex digits: everywhere but in long lists, see {@link packHashes}. */
export type Hash = string;

export const HASH_BYTES = 32;

/** The hash of the parts, one after the other; texts as UTF-8. Where a part ends is not hashed. */
export function sha256(...parts: (string | Uint8Array)[]): Hash {
  const hash = digest.create();
  for (const part of parts) hash.update(typeof part === "string" ? utf8ToBytes(part) : part);
  return bytesToHex(hash.digest());
}

export function isHash(value: unknown): value is Hash {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** @throws Error when `hash` is none */
export function hashToBytes(hash: Hash): Uint8Array {
  if (!isHash(hash)) throw new Error("A hash has 64 lower-case hex digits.");
  return hexToBytes(hash);
}

/**
 * A list of hashes as it is stored: 32 bytes each, nothing between them.
 *
 * @throws Error when one of them is no hash
 */
export function packHashes(hashes: Hash[]): ArrayBuffer {
  const packed = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, i) => packed.set(hashToBytes(hash), i * HASH_BYTES));
  return packed.buffer;
}

/**
 * The list in `packed`.
 *
 * Takes whatever was stored: bytes behind the last whole hash come as one short text, which
 * {@link isHash} denies. So a list that somebody cut is found out like one that somebody changed.
 */
export function unpackHashes(packed: ArrayBuffer): Hash[] {
  const bytes = new Uint8Array(packed);
  const count = Math.ceil(bytes.length / HASH_BYTES);
  return Array.from({ length: count }, (_, i) =>
    bytesToHex(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
  );
}
