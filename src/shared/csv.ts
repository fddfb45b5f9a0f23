/**
 * Lines of CSV (RFC 4180) that are safe to open in a spreadsheet.
 *
 * Not papaparse: its parser comes along, 19 KB minified, and all code of the component has to stay
 * within 50. Its guard against formulas also misses full-width signs and cells of several lines.
 */

/**
 * One record, with its line break.
 *
 * A cell that a spreadsheet might run begins with `'`. Control characters other than tab and line
 * breaks are shown as their pictures (`␛`), so that no terminal obeys them. All else reads back as
 * it was. Who imports with another separator than the comma is on their own: a cell may hold `;=`.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** What makes a formula, also in full width, and behind the spaces that some programs trim. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;
/** Spaces at an end are part of a cell, but some programs only believe it in quotes. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function csvCell(text: string): string {
  const visible = text.replace(/\p{Cc}/gu, showControl);
  const harmless = FORMULA.test(text) ? `'${visible}` : visible;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function showControl(character: string): string {
  if (/[\t\r\n]/.test(character)) return character;
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}
