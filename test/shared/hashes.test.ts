import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { hashToBytes, isHash, packHashes, sha256, unpackHashes } from "../../src/shared/hashes.js";

const aHash = fc.string({ minLength: 1 }).map((text) => sha256(text));

describe("sha256", () => {
  test("is the one of FIPS 180-4", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  test("takes parts as if they were one", () => {
    expect(sha256("a", Uint8Array.of(0x62), "c")).toBe(sha256("abc"));
  });

  test("hashes text as UTF-8", () => {
    expect(sha256("é\u{1f600}")).toBe(sha256(new TextEncoder().encode("é\u{1f600}")));
  });
});

describe("isHash", () => {
  const hash = sha256("abc");
  test("accepts 64 lower-case hex digits and nothing else", () => {
    expect(isHash(hash)).toBe(true);
    const others = [hash.toUpperCase(), hash.slice(1), `${hash}0`, `${hash}\n`, "", undefined, 1];
    expect(others.filter(isHash)).toEqual([]);
  });
});

describe("packHashes", () => {
  test.prop([fc.array(aHash)], { seed: 1 })("takes 32 bytes for each, and comes back", (hashes) => {
    const packed = packHashes(hashes);
    expect(packed.byteLength).toBe(32 * hashes.length);
    expect(unpackHashes(packed)).toEqual(hashes);
  });

  test("refuses what is no hash", () => {
    expect(() => packHashes([sha256("a"), "00"])).toThrow("64");
    expect(() => hashToBytes("0x")).toThrow("64");
  });
});

describe("unpackHashes", () => {
  test("shows that a list was cut amid a hash", () => {
    const cut = packHashes([sha256("a"), sha256("b")]).slice(0, 63);
    const [whole, rest, ...more] = unpackHashes(cut);
    expect(whole).toBe(sha256("a"));
    expect(isHash(rest)).toBe(false);
    expect(more).toEqual([]);
  });
});
