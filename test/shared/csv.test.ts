import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { csvLine } from "../../src/shared/csv.js";
import { parseCsv } from "./csvParser.js";

/** Texts of what makes CSV difficult, and of anything. */
const aCell = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(..."\",;'\r\n\t =+-@＝＋－＠a1␛\u001b\u0000\u0085\ufeff") }),
);
const someCells = fc.array(aCell, { minLength: 1, maxLength: 5 });

describe("csvLine", () => {
  test.prop([fc.array(someCells, { maxLength: 5 })], { seed: 1, numRuns: 2000 })(
    "gives as many records of as many cells, whatever is in them",
    (rows) => {
      const parsed = parseCsv(rows.map(csvLine).join(""));
      expect(parsed.map((cells) => cells.length)).toEqual(rows.map((cells) => cells.length));
    },
  );

  test.prop([someCells], { seed: 2, numRuns: 2000 })(
    "gives back every cell, but for a mark before formulas and pictures of control characters",
    (cells) => {
      const [parsed] = parseCsv(csvLine(cells));
      cells.forEach((cell, i) => {
        expect([cell, `'${cell}`].map(withPictures)).toContain(parsed![i]);
      });
    },
  );

  test.prop([someCells], { seed: 3, numRuns: 2000 })(
    "leaves no cell that a spreadsheet runs, trimmed or not",
    (cells) => {
      for (const cell of parseCsv(csvLine(cells))[0]!) {
        expect(cell).not.toMatch(/^[\t\r\n]/);
        expect(cell.trim()).not.toMatch(/^[=+\-@＝＋－＠]/);
      }
    },
  );

  test.prop([fc.string({ unit: fc.constantFrom(..."ab,\"\n '%#") })], { seed: 4 })(
    "marks nothing that is no formula",
    (text) => {
      const cell = `x${text}`;
      expect(parseCsv(csvLine([cell]))).toEqual([[cell]]);
    },
  );

  test.each([
    ["plain text", "invoices.sent", "invoices.sent"],
    ["nothing", "", ""],
    ["a comma", "a,b", '"a,b"'],
    ["quotes", 'say "hi"', '"say ""hi"""'],
    ["line breaks", "a\r\nb\nc", '"a\r\nb\nc"'],
    ["spaces at an end", " a", '" a"'],
    ["other scripts", "Müller 株式会社 🧾", "Müller 株式会社 🧾"],
  ])("writes %s", (_, cell, written) => {
    expect(csvLine([cell, "z"])).toBe(`${written},z\r\n`);
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+49 30 1234", "'+49 30 1234"],
    ["-5", "'-5"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", '"\'\r=1"'],
    ["\nx", '"\'\nx"'],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠a", "'＠a"],
    [" =1", "' =1"],
    ["\ufeff=1", "'\ufeff=1"],
    ['=HYPERLINK("http://x","y")\n', '"\'=HYPERLINK(""http://x"",""y"")\n"'],
  ])("takes the formula from %j", (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`);
  });

  test("shows control characters instead of sending them to a terminal", () => {
    expect(csvLine(["\u001b[2Ja\u0000\u007f\u009b"])).toBe("␛[2Ja␀␡\ufffd\r\n");
  });
});

function withPictures(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.codePointAt(0)!;
      if (code < 0x20 && !"\t\r\n".includes(character)) return String.fromCodePoint(0x2400 + code);
      if (code === 0x7f) return "␡";
      return code >= 0x80 && code < 0xa0 ? "\ufffd" : character;
    })
    .join("");
}

describe("parseCsv", () => {
  test.each(['a"b\r\n', '"a"b\r\n', "a\n", "a\r", '"a\r\n', "a"])("refuses %j", (text) => {
    expect(() => parseCsv(text)).toThrow();
  });
});
