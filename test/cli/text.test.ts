import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKey } from "../../src/cli/command.ts";
import { count, counted, printable, showDuration, showTime, showValue } from "../../src/cli/text.ts";

describe("printable", () => {
  it.each([
    ["plain, with é, あ and 👩‍🚀", "plain, with é, あ and 👩‍🚀"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u001B[31m\u009B2J\u0000", "\\x1B[31m\\x9B2J\\x00"],
    ["\u202Egnp.exe", "\\u{202E}gnp.exe"],
    ["\uD800x", "\\u{D800}x"],
    ["\u2028\uFEFF", "\\u{2028}\\u{FEFF}"],
    ["a\u00A0b\u3000c", "a\\xA0b\u3000c"],
  ])("%j", (text, expected) => expect(printable(text)).toBe(expected));

  it("leaves nothing that a terminal would obey", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});

describe("a cell's value", () => {
  it.each([
    [null, "NULL"],
    ["NULL", '"NULL"'],
    ["null", '"null"'],
    ["", '""'],
    [" x", '" x"'],
    ["x\n", '"x\\n"'],
    ['"quoted"', '""quoted""'],
    ["\\n", "\\\\n"],
    ["\n.", '"\\n."'],
    ["10248", "10248"],
  ])("%j is shown as %s", (value, shown) => expect(showValue(value)).toBe(shown));

  it("tells different short values apart", () => {
    const short = fc.option(
      fc.string({ unit: fc.constantFrom("\\", "n", "\n", '"', " ", "N", "U", "L"), maxLength: 6 }),
    );
    fc.assert(
      fc.property(short, short, (left, right) => {
        expect(showValue(left) === showValue(right)).toBe(left === right);
      }),
    );
  });

  it("says that it is cut", () => {
    expect(showValue("0x" + "ab".repeat(40_000))).toMatch(/^0x(?:ab){99}… \(80,002 characters; --json shows all\)$/);
  });
});

describe("numbers and times", () => {
  it("do not depend on locale or zone", () => {
    expect([count(1234567), counted(1, "cell"), counted(2, "entry", "entries")]).toEqual([
      "1,234,567",
      "1 cell",
      "2 entries",
    ]);
    expect(showTime("2025-11-30T02:00:00-06:00")).toBe("2025-11-30 08:00:00 UTC");
    expect(showTime(null)).toBe("unknown");
    expect([0, 7.4, 760, 3760].map(showDuration)).toEqual(["0:00", "0:07", "12:40", "1:02:40"]);
  });
});

it("a key's parts survive being written with their escapes", () => {
  const part = fc.string({ unit: fc.constantFrom(",", "\\", "a", " ") });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), (parts) => {
      const written = parts.map((each) => each.replaceAll(/[\\,]/g, String.raw`\$&`)).join(",");
      expect(parseKey(written)).toEqual(parts);
    }),
  );
});
