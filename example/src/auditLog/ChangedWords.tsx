import { diffWordsWithSpace } from "diff";

type Texts = { before: string; after: string };

/** Texts of some words, of which a few may have changed. */
export function isLongText(value: unknown): value is string {
  return typeof value === "string" && value.trim().split(/\s+/).length >= 3;
}

/** The old text; the words that went are struck through. */
export function WordsBefore({ before, after }: Texts) {
  return diffWordsWithSpace(before, after)
    .filter(({ added }) => !added)
    .map(({ value, removed }, i) =>
      removed ? (
        <del key={i} className="rounded-sm bg-removed/10 text-removed">
          {value}
        </del>
      ) : (
        <span key={i}>{value}</span>
      ),
    );
}

/** The new text; the words that came are underlined. */
export function WordsAfter({ before, after }: Texts) {
  return diffWordsWithSpace(before, after)
    .filter(({ removed }) => !removed)
    .map(({ value, added }, i) =>
      added ? (
        <ins key={i} className="rounded-sm bg-added/10 text-added underline-offset-2">
          {value}
        </ins>
      ) : (
        <span key={i}>{value}</span>
      ),
    );
}
