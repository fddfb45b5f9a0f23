import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  checkOptionalText,
  checkText,
  findTextFault,
  isBlank,
  type TextLimits,
} from "../../src/shared/texts";

const NAME: TextLimits = { min: 1, max: 20, isOneLine: true };
const NOTE: TextLimits = { min: 1, max: 20, isOneLine: false };

/** Any code units, and more often than not those the rules are about. */
const aText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0x09, 0x0a, 0x0d, 0x20, 0x61, 0x85, 0x200b, 0x200d, 0x202e, 0x2066, 0x2800),
      fc.constantFrom(0xd83d, 0xde00),
    ),
    { maxLength: 25 },
  )
  .map((units) => String.fromCharCode(...units));

describe("checkText", () => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["a list of texts", ["Ann"]],
  ])("asks for a text where there is %s", (_, value) => {
    expect(checkText(value, "name", NAME)).toEqual({
      name: { code: "required", message: "This is required." },
    });
  });

  test("says nothing about a good text", () => {
    expect(checkText("Ann", "name", NAME)).toEqual({});
  });

  test("names the path of a bad one", () => {
    expect(checkText("a\nb", "lines.0.name", NAME)).toMatchObject({
      "lines.0.name": { code: "bad_characters" },
    });
  });
});

describe("checkOptionalText", () => {
  test("lets a text be absent, and not null", () => {
    expect(checkOptionalText(undefined, "name", NAME)).toEqual({});
    expect(checkOptionalText(null, "name", NAME)).toMatchObject({ name: { code: "required" } });
  });
});

describe("findTextFault", () => {
  const tooLong = (length: number) => ({ code: "too_long", params: { max: 20, length } });

  // One code unit, a pair, and three bytes of UTF-8: only the first unit is what is counted.
  test.each([
    ["ASCII", "a", 20],
    ["CJK", "字", 20],
    ["emoji", "😀", 10],
  ])("takes 20 UTF-16 units of %s and refuses more", (_, char, count) => {
    expect(findTextFault(char.repeat(count - 1), NAME)).toBeUndefined();
    expect(findTextFault(char.repeat(count), NAME)).toBeUndefined();
    expect(findTextFault(char.repeat(count + 1), NAME)).toMatchObject(tooLong(20 + char.length));
    expect(findTextFault(char.repeat(10 * count), NAME)).toMatchObject(tooLong(200));
  });

  test.each([1024 * 1024 + 1, 17 * 1024 * 1024])("refuses a text of %i characters", (length) => {
    expect(findTextFault("x".repeat(length), NAME)).toMatchObject(tooLong(length));
  });

  test("names the limit, the length and the unit", () => {
    expect(findTextFault("x".repeat(21), NAME)?.message).toBe(
      "Use at most 20 characters; this has 21.",
    );
    expect(findTextFault("😀".repeat(11), NAME)?.message).toBe(
      "Use at most 20 characters; this has 22. An emoji counts as two or more.",
    );
  });

  test("takes a text of the least length and refuses a shorter one", () => {
    const limits = { ...NAME, min: 3 };
    expect(findTextFault("abc", limits)).toBeUndefined();
    expect(findTextFault("ab", limits)).toEqual({
      code: "too_short",
      message: "Use at least 3 characters; this has 2.",
      params: { min: 3, length: 2 },
    });
  });

  test("takes the empty text where no length is asked for", () => {
    expect(findTextFault("", { ...NAME, min: 0 })).toBeUndefined();
    expect(findTextFault("", NAME)).toMatchObject({ code: "required" });
  });

  test.each([
    ["the first half of a pair", "a\ud83d"],
    ["the second half", "\ude00a"],
    ["a pair the wrong way round", "\ude00\ud83d"],
  ])("refuses %s", (_, text) => {
    expect(findTextFault(text, NAME)).toMatchObject({ code: "not_well_formed" });
  });

  test.each([
    ["NUL", "\0"],
    ["ESC", "\x1b"],
    ["DEL", "\x7f"],
    ["C1", "\x9f"],
    ["embedding", "\u202a"],
    ["override", "\u202e"],
    ["isolate", "\u2066"],
    ["end of isolate", "\u2069"],
  ])("refuses %s on one line and on several", (_, char) => {
    expect(findTextFault(`a${char}b`, NAME)).toMatchObject({ code: "bad_characters" });
    expect(findTextFault(`a${char}b`, NOTE)).toMatchObject({ code: "bad_characters" });
  });

  test.each([
    ["tab", "\t"],
    ["line feed", "\n"],
    ["carriage return", "\r"],
    ["line separator", "\u2028"],
    ["paragraph separator", "\u2029"],
  ])("takes %s only in texts of several lines", (_, char) => {
    expect(findTextFault(`a${char}b`, NAME)).toMatchObject({ code: "bad_characters" });
    expect(findTextFault(`a${char}b`, NOTE)).toBeUndefined();
  });

  test.each([
    ["a joiner", "👨\u200d👩"],
    ["a non-joiner", "می\u200cخواهم"],
    ["marks of direction", "a\u200eb\u200fc\u061cd"],
    ["a soft hyphen", "Donau\u00addampf"],
    ["a flag of tags", "🏴\u{e0067}\u{e007f}"],
  ])("takes %s inside a name", (_, text) => {
    expect(findTextFault(text, NAME)).toBeUndefined();
  });

  test.prop([aText], { seed: 1, numRuns: 1000 })(
    "takes exactly the well-formed, visible texts without forbidden characters",
    (text) => {
      const points = [...text].map((char) => char.codePointAt(0)!);
      const isWhole = points.every((point) => point < 0xd800 || point > 0xdfff);
      const isAllowed = points.every(
        (point) =>
          point >= 0x20 &&
          (point < 0x7f || point > 0x9f) &&
          (point < 0x2028 || point > 0x202e) &&
          (point < 0x2066 || point > 0x2069),
      );
      const isGood = isWhole && isAllowed && text.length <= 20 && !isBlank(text);
      expect(findTextFault(text, NAME) === undefined).toBe(isGood);
    },
  );
});

describe("isBlank", () => {
  test.each([
    ["the empty text", ""],
    ["spaces of any width", " \u00a0\u2003\u3000"],
    ["zero width characters", "\u200b\u200c\u200d\u2060\ufeff"],
    ["marks of direction", "\u200e\u200f\u061c"],
    ["a soft hyphen", "\u00ad"],
    ["Hangul fillers", "\u115f\u1160\u3164\uffa0"],
    ["a Braille blank", "\u2800"],
    ["a null notehead", "\u{1d159}"],
    ["variation selectors", "\ufe0f\u{e0100}"],
    ["a grapheme joiner", "\u034f"],
    ["Khmer inherent vowels", "\u17b4\u17b5"],
    ["tags", "\u{e0001}\u{e0061}"],
    ["control characters", "\0\x1b"],
  ])("sees nothing in %s", (_, text) => {
    expect(isBlank(text)).toBe(true);
    expect(isBlank(`${text}a${text}`)).toBe(false);
  });

  test.each([
    ["a combining accent", "\u0301"],
    ["an emoji", "❤️"],
    ["a character of a private font", "\uf8ff"],
    ["a character that Unicode has not given away yet", "\u{1faff}"],
  ])("sees %s", (_, text) => {
    expect(isBlank(text)).toBe(false);
  });
});
