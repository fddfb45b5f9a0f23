import type { Value } from "convex/values";
import { canonicalJson } from "./canonical.js";
import { sha256, type Hash } from "./hashes.js";

/** Enough that nobody can try all salts for a value they suspect. */
export const SALT_BYTES = 16;

/** Keeps these hashes apart from all others that this package makes. */
const DOMAIN = "convex-platform/commitment/1\n";

/**
 * Binds to `value` without showing it.
 *
 * With the salt anybody can check the value. Once the salt is gone nobody can, not even by
 * guessing; and as every commitment has its own salt, equal values cannot be told to be equal.
 *
 * @param salt - {@link SALT_BYTES} random bytes, used for nothing else
 */
export function commit(salt: ArrayBuffer, value: Value): Hash {
  if (salt.byteLength !== SALT_BYTES) throw new Error(`A salt has ${SALT_BYTES} bytes.`);
  return sha256(DOMAIN, new Uint8Array(salt), canonicalJson(value));
}

/** Whether `hash` is the commitment to `value` with this salt. A salt of another length opens nothing. */
export function matches(hash: Hash, salt: ArrayBuffer, value: Value): boolean {
  return salt.byteLength === SALT_BYTES && commit(salt, value) === hash;
}
