import { describe, expect, test } from "vitest";
import { day, email, slug, text, url } from "../../../src/shared/rules";
import { cases } from "../../vectors/strings.json";
import { ask, misconfigured, refused } from "./asking";

const decode = (utf16: string) =>
  String.fromCharCode(...(utf16 === "" ? [] : utf16.split(" ").map((unit) => parseInt(unit, 16))));

describe("text", () => {
  test.each(cases)("vector: $name", ({ utf16, line, text: lines, stored = utf16 }) => {
    const expected = (code: string) => (code === "stored" ? decode(stored) : refused(code));
    expect(ask(text({ max: 80 }), decode(utf16))).toEqual(expected(line));
    expect(ask(text({ max: 80, oneLine: false }), decode(utf16))).toEqual(expected(lines));
  });

  test.each([
    ["nothing", undefined, "required"],
    ["null", null, "required"],
    ["zero width spaces only", "\u200b\u2060", "required"],
    ["a number", 7, "wrong_type"],
    ["a list", ["Ann"], "wrong_type"],
    ["a text object", Object("Ann"), "wrong_type"],
    ["half of a pair", "Ann \ud83d", "not_well_formed"],
    ["a bidi override", "Ann\u202egpj.exe", "bad_characters"],
  ])("refuses %s", (_, value, code) => {
    expect(ask(text({ max: 80 }), value)).toEqual(refused(code));
  });

  test("counts what is left after trimming", () => {
    const rule = text({ min: 2, max: 3 });
    expect(ask(rule, "  abc  ")).toBe("abc");
    expect(ask(rule, "  abcd  ")).toEqual(refused("too_long"));
    expect(ask(rule, "ab")).toBe("ab");
    expect(ask(rule, "  a ")).toEqual(refused("too_short"));
  });

  test("takes an empty text only where min is 0", () => {
    expect(ask(text({ min: 0, max: 80 }), " ")).toBe("");
    expect(ask(text({ max: 80 }), " ")).toEqual(refused("required"));
  });

  test("does not normalise: both spellings of é stay what they are", () => {
    expect(ask(text({ max: 80 }), "e\u0301")).toBe("e\u0301");
    expect(ask(text({ max: 80 }), "\u00e9")).toBe("\u00e9");
  });

  test("does not let itself be written with limits nothing meets", () => {
    expect(() => text({ min: 3, max: 2 })).toThrowError(misconfigured(/^text: .*min 3 to max 2/));
    expect(() => text({ max: 0 })).toThrowError(misconfigured(/^text/));
    expect(() => text({ max: Number.NaN })).toThrowError(misconfigured(/^text/));
    expect(() => text({ min: 2, max: 2 })).not.toThrow();
  });
});

describe("email", () => {
  test.each([
    "ann@example.com",
    "ann.b+invoices@mail.example.co.uk",
    "o'neil_%x@xn--mller-kva.example",
    "1@2.example",
    "a@b.c1",
    `${"a".repeat(64)}@example.com`,
    `a@${"b".repeat(63)}.com`,
  ])("takes %s", (address) => {
    expect(ask(email(), ` ${address}\n`)).toBe(address);
  });

  test.each([
    "ann",
    "@example.com",
    "ann@",
    "ann@localhost",
    "ann@example..com",
    "ann@example.com.",
    "ann@-example.com",
    "ann@example-.com",
    "ann@127.0.0.1",
    "ann@[127.0.0.1]",
    "ann@example.com@evil.example",
    ".ann@example.com",
    "ann.@example.com",
    "a..nn@example.com",
    "ann b@example.com",
    '"ann b"@example.com',
    "ann(comment)@example.com",
    "Ann <ann@example.com>",
    "ann@example.com,ben@example.com",
    "änn@example.com",
    "ann@exämple.com",
    "ann@exam\u200bple.com",
    `${"a".repeat(65)}@example.com`,
    `a@${"b".repeat(64)}.com`,
  ])("refuses %s", (address) => {
    expect(ask(email(), address)).toEqual(refused("bad_email"));
  });

  test("lets no line into the head of a mail", () => {
    expect(ask(email(), "ann@example.com\r\nBcc: all@example.com")).toEqual(
      refused("bad_characters"),
    );
  });

  test("takes 254 characters and refuses 255", () => {
    const domain = `${"b".repeat(60)}.`.repeat(3) + "example";
    const ofLength = (length: number) => `${"a".repeat(length - domain.length - 1)}@${domain}`;
    expect(ask(email(), ofLength(254))).toBe(ofLength(254));
    expect(ask(email(), ofLength(255))).toEqual(refused("too_long"));
  });

  test("asks for an address where there is none", () => {
    expect(ask(email(), " ")).toEqual(refused("required"));
  });
});

describe("url", () => {
  test.each([
    "https://example.com",
    "HTTP://EXAMPLE.com:8080/a/b?c=d&e[]=f#g",
    "https://example.com/@ann?to=ben@example.com",
    "https://müller.example/käse",
    "https://[::1]:3000/",
    "http://localhost",
    "https://my_bucket.example.com/%20",
    "https://example.com?x=1",
  ])("takes %s and keeps it as typed", (address) => {
    expect(ask(url(), ` ${address} `)).toBe(address);
  });

  test.each([
    ["example.com", "bad_url"],
    ["//example.com", "bad_url"],
    ["/invoices", "bad_url"],
    ["https:example.com", "bad_url"],
    ["https:/example.com", "bad_url"],
    ["https:\\\\example.com", "bad_url"],
    ["https://example.com\\@evil.example", "bad_url"],
    ["https://", "bad_url"],
    ["https://?x", "bad_url"],
    ["https://.", "bad_url"],
    ["https://a b.example", "bad_url"],
    ["https://example.com/a b", "bad_url"],
    ["https://exa%6dple.com", "bad_url"],
    ["https://example.com\uff0f.evil.example", "bad_url"],
    ["https://example\u3002com", "bad_url"],
    ["https://example.com:99999", "bad_url"],
    ["https://example.com:port", "bad_url"],
    ["https://1.2.3.999", "bad_url"],
    ["https://[::g]", "bad_url"],
    ["https://a@b@c.example", "bad_url"],
    ['https://example.com/"onclick="', "bad_url"],
    ["https://example.com/<script>", "bad_url"],
    ["https://example.com/\u200b", "bad_url"],
    ["https://exam\nple.com", "bad_characters"],
    ["https://example.com/\u202egpj", "bad_characters"],
    ["javascript:alert(1)", "bad_url"],
    ["data:text/html,x", "bad_url"],
    ["mailto:ann@example.com", "bad_url"],
    ["javascript://example.com/%0aalert(1)", "bad_protocol"],
    ["ftp://example.com", "bad_protocol"],
    ["file://example.com/etc/passwd", "bad_protocol"],
    // U+017F is an s to a pattern that ignores case.
    ["http\u017f://example.com", "bad_url"],
    ["https://ann@example.com", "has_credentials"],
    ["https://ann:secret@example.com", "has_credentials"],
    ["https://example.com@evil.example", "has_credentials"],
    ["", "required"],
  ])("refuses %s as %s", (address, code) => {
    expect(ask(url(), address)).toEqual(refused(code));
  });

  test("takes the protocols it is told, and then no others", () => {
    const rule = url({ protocols: ["SFTP"] });
    expect(ask(rule, "sftp://example.com/a")).toBe("sftp://example.com/a");
    expect(ask(rule, "https://example.com")).toEqual(refused("bad_protocol"));
  });

  test("takes credentials when it is told to", () => {
    const rule = url({ allowCredentials: true });
    expect(ask(rule, "https://ann:secret@example.com")).toBe("https://ann:secret@example.com");
    expect(ask(rule, "https://ann@ben@example.com")).toEqual(refused("bad_url"));
  });

  test("takes 2,048 characters and refuses one more", () => {
    const ofLength = (length: number) => "https://example.com/".padEnd(length, "a");
    expect(ask(url(), ofLength(2048))).toBe(ofLength(2048));
    expect(ask(url(), ofLength(2049))).toEqual(refused("too_long"));
    expect(ask(url({ max: 30 }), ofLength(31))).toEqual(refused("too_long"));
  });
});

describe("slug", () => {
  test.each(["a", "2026", "invoice-2026-01", "constructor"])("takes %s", (name) => {
    expect(ask(slug(), ` ${name} `)).toBe(name);
  });

  test.each(["A", "a b", "a_b", "a--b", "-a", "a-", "-", "ä", "a/b", "a.b", "__proto__"])(
    "refuses %s",
    (name) => {
      expect(ask(slug(), name)).toEqual(refused("bad_slug"));
    },
  );

  test("takes 80 characters and refuses one more, or as it is told", () => {
    expect(ask(slug(), "a".repeat(80))).toBe("a".repeat(80));
    expect(ask(slug(), "a".repeat(81))).toEqual(refused("too_long"));
    expect(ask(slug({ min: 3 }), "ab")).toEqual(refused("too_short"));
    expect(ask(slug({ max: 3 }), "abcd")).toEqual(refused("too_long"));
  });

  test("is never empty", () => {
    expect(ask(slug({ min: 0 }), "")).toEqual(refused("bad_slug"));
    expect(() => slug({ min: 0, max: 0 })).toThrowError(misconfigured(/^slug/));
  });
});

describe("day", () => {
  test.each(["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"])("takes %s", (date) => {
    expect(ask(day(), ` ${date} `)).toBe(date);
  });

  test.each([
    "2026-02-29",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "28.02.2026",
    "2026-02-28T00:00:00Z",
    "+02026-02-28",
    "٢٠٢٦-٠٢-٢٨",
  ])("refuses %s", (date) => {
    expect(ask(day(), date)).toEqual(refused("bad_date"));
  });
});
