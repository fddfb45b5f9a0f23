import { Base64, convexToJson, jsonToConvex } from "convex/values";
import { platformError } from "./errors.js";

export type Key = bigint | number | string;

/** A place between two rows: after the row with this key and `creationTime`, in reading direction. */
export type Position = {
  key: Key;
  /** `null`: after every row with this key. */
  creationTime: number | null;
};

/** A place in a list, or its end. */
export type Bookmark = Position | "end";

const VERSION = "p1";

/**
 * An opaque cursor for `bookmark`, valid for the one query that `binding` describes.
 *
 * The tag is no secret and need not be one: see the top of this file for what protects the rows.
 * It makes cut, altered and foreign cursors fail loudly instead of reading from a wrong place.
 */
export function encodeCursor(bookmark: Bookmark, binding: string): string {
  const position = bookmark === "end" ? null : [convexToJson(bookmark.key), bookmark.creationTime];
  const payload = JSON.stringify(position);
  const text = new TextEncoder().encode(`${tag(payload, binding)}${payload}`);
  return `${VERSION}.${Base64.fromByteArrayUrlSafeNoPadding(text)}`;
}

/** @throws INVALID_CURSOR when `cursor` was not made by {@link encodeCursor} for the same query */
export function decodeCursor(cursor: string, binding: string): Bookmark {
  const bookmark = tryDecode(cursor, binding);
  if (bookmark === null) {
    throw platformError({
      code: "INVALID_CURSOR",
      message: "This cursor does not belong to this list. Start again with cursor: null.",
    });
  }
  return bookmark;
}

function tryDecode(cursor: string, binding: string): Bookmark | null {
  try {
    const encoded = cursor.slice(VERSION.length + 1);
    const padding = "=".repeat((4 - (encoded.length % 4)) % 4);
    const text = new TextDecoder().decode(Base64.toByteArray(encoded + padding));
    const position: unknown = JSON.parse(text.slice(TAG_LENGTH));
    const bookmark: Bookmark | null = position === null ? "end" : toPosition(position);
    // Only what encodes to the very same characters was made here.
    return bookmark !== null && encodeCursor(bookmark, binding) === cursor ? bookmark : null;
  } catch {
    return null; // not base64, not UTF-8, not JSON
  }
}

function toPosition(parts: unknown): Position | null {
  if (!Array.isArray(parts) || parts.length !== 2) return null;
  const key: unknown = jsonToConvex(parts[0]);
  const creationTime: unknown = parts[1];
  const isKey = typeof key === "bigint" || typeof key === "number" || typeof key === "string";
  const isTime = creationTime === null || typeof creationTime === "number";
  return isKey && isTime ? { key, creationTime } : null;
}

const TAG_LENGTH = 16;

/** 64 bits of FNV-1a, as two runs of 32. */
function tag(payload: string, binding: string): string {
  const text = `${payload}\n${binding}`;
  return fnv1a(text, 0x811c9dc5) + fnv1a(text, 0x050c5d1f);
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
