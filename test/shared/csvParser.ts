/**
 * The records of a text in CSV, exactly as RFC 4180 has it.
 *
 * @throws Error for anything the grammar does not allow: a quote in a bare cell, text behind a
 *   closing quote, a line break that is not CRLF, a quote that is not closed, a last line without end
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) records.push(record());
  return records;

  function record(): string[] {
    const cells = [cell()];
    while (text[at] === ",") {
      at++;
      cells.push(cell());
    }
    if (text.slice(at, at + 2) !== "\r\n") throw new Error(`No end of line at ${at}.`);
    at += 2;
    return cells;
  }

  function cell(): string {
    return text[at] === '"' ? quoted() : bare();
  }

  function bare(): string {
    const start = at;
    while (at < text.length && !/[",\r\n]/.test(text[at]!)) at++;
    return text.slice(start, at);
  }

  function quoted(): string {
    let content = "";
    for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
      if (at >= text.length) throw new Error("A quote is not closed.");
      content += text[at];
      if (text[at] === '"') at++;
    }
    at++;
    return content;
  }
}
