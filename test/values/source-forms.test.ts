/** What a source settles for all of its cells: the order of its dates, the way it writes numbers. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Unparsable, type Conventions, type NumberForm } from "../../src/values/codec.ts";
import { possibleOrders } from "../../src/values/date-orders.ts";
import { readAsWritten } from "../../src/values/number-text.ts";
import { codecFor } from "../../src/values/registry.ts";

const codec = codecFor({ type: { name: "datetime2" } });
function read(text: string, dateOrder: Conventions["dateOrder"]): unknown {
  const value = codec.parse(text, { dateOrder });
  return value instanceof Unparsable ? undefined : value;
}

describe("dates of unknown order", () => {
  const part = fc.constantFrom("1", "01", "3", "12", "13", "31", "05", "99", "2005", "0", "Mar", "march");
  const mark = fc.constantFrom("/", "-", ".", " ", "");
  const clock = fc.constantFrom("", " 10:15", "T10:15:00", " 3:05 PM", " ");
  const text = fc
    .tuple(fc.constantFrom("", " ", "10:15 "), part, mark, part, fc.option(mark, { nil: undefined }), part, clock)
    .map(([before, day, first, month, second, year, after]) =>
      [before, day, first, month, second ?? first, year, after].join(""),
    );

  it("are never read as a day that they are not in another order", () => {
    fc.assert(
      fc.property(text, (written) => {
        const orders = /[a-z]{3}/i.test(written) ? (["dmy", "mdy"] as const) : (["dmy", "mdy", "ymd"] as const);
        const days = new Set(orders.map((order) => read(written, order)).filter((value) => value !== undefined));
        const only = days.size === 1 ? [...days][0] : undefined;
        expect(read(written, "unknown")).toBe(only);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["2005-03-04", undefined],
    ["4-Mar-05", undefined],
    ["20050304", undefined],
    ["x", undefined],
    ["", undefined],
    ["03/04/2005", ["dmy", "mdy"]],
    ["31/12/2005", ["dmy"]],
    ["12/31/2005 10:00", ["mdy"]],
    ["10:00 31.12.2005", ["dmy"]],
    ["03/04/05", ["dmy", "mdy", "ymd"]],
    ["31/12/05", ["dmy", "ymd"]],
    ["31/12/99", ["dmy"]],
    ["03-2005-13", ["mdy"]],
    ["99/99/2005", []],
  ])("%s can be written in %j", (written, orders) => {
    const found = possibleOrders(written);
    expect(found && [...found.keys()]).toEqual(orders);
  });
});

describe("numbers as people write them", () => {
  const forms: readonly NumberForm[] = [
    { decimal: ",", thousands: ". '" },
    { decimal: ",", thousands: "" },
    { decimal: ".", thousands: "," },
    { decimal: ".", thousands: "'" },
    { decimal: ".", thousands: "" },
  ];

  it("are the number that was written", () => {
    const number = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,6}$/));
    fc.assert(
      fc.property(fc.constantFrom(...forms), number, fc.nat(), (form, [isNegative, integer, fraction], pick) => {
        const mark = form.thousands[pick % Math.max(form.thousands.length, 1)] ?? "";
        const grouped = String(integer).replaceAll(/\B(?=(?:\d{3})+$)/g, mark);
        const sign = isNegative ? "-" : "";
        const text = `${sign}${grouped}${fraction === "" ? "" : form.decimal + fraction}`;
        expect(readAsWritten(text, form)).toBe(`${sign}${integer}${fraction === "" ? "" : `.${fraction}`}`);
      }),
    );
  });

  const german: NumberForm = { decimal: ",", thousands: "." };
  it.each([
    ["1.234", "1234"],
    ["1.234,5", "1234.5"],
    [",5", ".5"],
    ["+1,5E-3", "+1.5E-3"],
    ["12,50 €", "12.50"],
    ["-€12,50", undefined],
    [" 7 ", "7"],
    ["", ""],
    [" ", " "],
    ["1.23", undefined],
    ["1.2345", undefined],
    ["1234.567", undefined],
    ["1,234,567", undefined],
    ["1,234.5", undefined],
    ["1 234", undefined],
    [",", undefined],
    ["-", undefined],
    ["NaN", undefined],
    ["0x10", undefined],
  ])("German %j is %j", (text, expected) => {
    const value = readAsWritten(text, german);
    expect(value instanceof Unparsable ? undefined : value).toBe(expected);
  });

  it("blanks and apostrophes stand for those that typesetters use", () => {
    const form: NumberForm = { decimal: ",", thousands: " '" };
    for (const text of ["1 234,5", "1\u00A0234,5", "1\u202F234,5", "1'234,5", "1\u2019234,5"])
      expect(readAsWritten(text, form)).toBe("1234.5");
    expect(readAsWritten("1 234'567,8", form)).toBeInstanceOf(Unparsable);
  });
});
