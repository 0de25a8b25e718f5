import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nativeField } from "../../src/extract/bcp/native/fields.ts";
import { readRow } from "../../src/extract/bcp/native/row.ts";
import type { NativeStyle } from "../../src/extract/bcp/native/values.ts";
import type { SqlType, TypeName } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { encodeField, type EncodeStyle } from "../support/native-bcp.ts";

const style: NativeStyle = { text: "utf-16", clocks: "own" };

function type(name: TypeName, more: Partial<SqlType> = {}): SqlType {
  return { name, ...more };
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

/** Types with values at their limits: by name, nullable and not. */
const cases: readonly (readonly [SqlType, readonly RawValue[]])[] = [
  [type("bit"), [0, 1]],
  [type("tinyint"), [0, 255]],
  [type("smallint"), [-32768, 32767]],
  [type("int"), [-2147483648, 0, 2147483647]],
  [type("bigint"), [-(2n ** 63n), -9007199254740991, 9007199254740993n, 2n ** 63n - 1n]],
  [type("real"), [0, -1.5, Math.fround(3.14), Math.fround(3.402823e38)]],
  [type("float", { precision: 53 }), [0.1, Number.MIN_VALUE, -Number.MAX_VALUE]],
  [type("decimal", { precision: 9, scale: 3 }), ["0.000", "-999999.999", "0.001"]],
  [
    type("numeric", { precision: 38, scale: 0 }),
    ["99999999999999999999999999999999999999", "-99999999999999999999999999999999999999"],
  ],
  [type("decimal", { precision: 38, scale: 38 }), ["0.00000000000000000000000000000000000001"]],
  [type("money"), ["-922337203685477.5808", "922337203685477.5807", "0.0001"]],
  [type("smallmoney"), ["-214748.3648", "214748.3647"]],
  [type("date"), ["0001-01-01", "9999-12-31", "2016-07-01"]],
  [type("smalldatetime"), ["1900-01-01 00:00:00.0000000", "2079-06-06 23:59:00.0000000"]],
  [type("datetime"), ["1753-01-01 00:00:00.0000000", "9999-12-31 23:59:59.9970000", "2003-02-01 11:22:33.1230000"]],
  [type("time", { scale: 7 }), ["00:00:00.0000000", "23:59:59.9999999"]],
  [type("time", { scale: 0 }), ["23:59:59.0000000"]],
  [type("time", { scale: 3 }), ["23:59:59.9990000"]],
  [type("datetime2", { scale: 7 }), ["0001-01-01 00:00:00.0000000", "9999-12-31 23:59:59.9999999"]],
  [type("datetime2", { scale: 2 }), ["2016-07-01 23:59:59.9900000"]],
  [type("datetimeoffset", { scale: 7 }), ["2003-02-01 11:22:33.1234567 +04:55", "0001-01-02 00:00:00.0000000 +14:00"]],
  [type("datetimeoffset", { scale: 4 }), ["9999-12-30 23:59:59.9999000 -14:00"]],
  [type("char", { length: 3 }), ["ab ", "äöü"]],
  [type("varchar", { length: 8000 }), ["", "x".repeat(8000)]],
  [type("varchar", { length: "max" }), ["", "x".repeat(70000)]],
  [type("text"), ["", "long"]],
  [type("nchar", { length: 5 }), ["VINET", "あ    "]],
  [type("nvarchar", { length: 4000 }), ["", "\u0000", "😀", "\ud800", "x".repeat(4000)]],
  [type("nvarchar", { length: "max" }), ["", "NULL"]],
  [type("ntext"), ["", "ф"]],
  [type("xml"), ["", "<a b='1'>あ</a>"]],
  [type("binary", { length: 2 }), [Uint8Array.of(0, 255)]],
  [type("varbinary", { length: 8000 }), [new Uint8Array(0), new Uint8Array(8000).fill(255)]],
  [type("varbinary", { length: "max" }), [new Uint8Array(0), new Uint8Array(100_000)]],
  [type("image"), [new Uint8Array(0), Uint8Array.of(0xff, 0xff, 0xff, 0xff)]],
  [type("uniqueidentifier"), ["6F9619FF-8B86-D011-B42D-00C04FC964FF"]],
  [type("timestamp"), [Uint8Array.of(0, 0, 0, 0, 0, 0, 7, 209)]],
  [type("hierarchyid"), [new Uint8Array(0), Uint8Array.of(0x58)]],
  [type("geometry"), [Uint8Array.of(0, 0, 0, 0, 1, 4)]],
  [type("geography"), [Uint8Array.of(0xe6, 0x10, 0, 0, 1, 0x0c)]],
  [
    type("sql_variant"),
    [
      "bit:1",
      "tinyint:255",
      "smallint:-32768",
      "int:42",
      "bigint:9007199254740993",
      "real:1.5",
      "float:0.1",
      "numeric:-12.340",
      "decimal:99999999999999999999999999999999999999",
      "money:-922337203685477.5808",
      "smallmoney:1.5000",
      "date:2016-07-01",
      "smalldatetime:2079-06-06 23:59:00.0000000",
      "datetime:2003-02-01 11:22:33.1230000",
      "time:23:59:59.9999999",
      "datetime2:2016-07-01 00:00:00.0000001",
      "datetimeoffset:2003-02-01 11:22:33.1234567 +04:55",
      "uniqueidentifier:6F9619FF-8B86-D011-B42D-00C04FC964FF",
      "varchar:é",
      "char:x ",
      "nvarchar:あ",
      "nchar:",
      "varbinary:0x",
      "binary:0x00FF",
    ],
  ],
];

function label([of]: (typeof cases)[number]): string {
  const { name, length, precision, scale } = of;
  const more = [length ?? precision, scale].filter((each) => each !== undefined);
  return more.length === 0 ? name : `${name}(${more.join(",")})`;
}

describe.each(cases.map((each) => [label(each), ...each] as const))("a native %s", (_, of, values) => {
  it.each([true, false])("is read as it was written, its column nullable: %s", (nullable) => {
    const field = nativeField({ name: "c", type: of, nullable }, style);
    const cells = nullable ? [null, ...values] : values;
    const row = cells.map((value) => encodeField(of, field.prefix, value));
    const buffer = Buffer.concat(row);
    const reading = readRow(
      cells.map(() => field),
      buffer,
      0,
      buffer.length,
    );
    expect(reading).toEqual({ kind: "row", cells, end: buffer.length });
  });
});

describe("bytes that bcp and exports wrote", () => {
  it.each([
    ["int", type("int"), false, "08280000", 10248],
    ["int that may be NULL", type("int"), true, "04 05000000", 5],
    ["bit", type("bit"), false, "01 01", 1],
    ["money: the high half first", type("money"), true, "08 00000000 d8f00400", "32.3800"],
    ["datetime", type("datetime"), true, "08 13930000 f177bb00", "2003-02-01 11:22:33.1230000"],
    ["smalldatetime", type("smalldatetime"), true, "04 1393 ab02", "2003-02-01 11:23:00.0000000"],
    ["date", type("date"), false, "e43a0b", "2016-01-10"],
    ["time", type("time", { scale: 7 }), true, "05 80e2e3595f", "11:22:33.0000000"],
    ["datetime2", type("datetime2", { scale: 7 }), true, "08 07b9f6595f 6e280b", "2003-02-01 11:22:33.1234567"],
    [
      "datetimeoffset: UTC and the offset",
      type("datetimeoffset", { scale: 7 }),
      true,
      "0a 070ff12336 6e280b 2701",
      "2003-02-01 11:22:33.1234567 +04:55",
    ],
    ["a decimal of few bytes", type("decimal", { precision: 5, scale: 2 }), true, "07 05 02 00 0a1a0000", "-66.66"],
    ["xml with its mark", type("xml"), true, "0600000000000000 fffe 3c00 6100", "<a"],
  ] as const)("%s", (_, of, nullable, hex, value) => {
    const buffer = bytes(hex);
    const reading = readRow([nativeField({ name: "c", type: of, nullable }, style)], buffer, 0, buffer.length);
    expect(reading).toEqual({ kind: "row", cells: [value], end: buffer.length });
  });
});

describe("bytes that are no row", () => {
  it.each([
    ["a bit of 7", [type("bit")], "01 07", "c0 is bytes that are no value of its type"],
    ["an int of three bytes", [type("int")], "03 000000", "c0 has a length of 3 bytes"],
    ["text longer than its column", [type("nvarchar", { length: 1 })], "0400 61006200", "c0 has a length of 4 bytes"],
    [
      "a length beyond the end",
      [type("image")],
      "05000000 00",
      "c0 has a length of 5 bytes, beyond the end of the data",
    ],
    ["a length of -2", [type("xml")], "feffffffffffffff", "c0 has a length of -2 bytes"],
    [
      "a decimal with a sign of 2",
      [type("decimal", { precision: 5 })],
      "05 05 00 02 01 00",
      "c0 is bytes that are no value of its type",
    ],
    ["a tick after midnight", [type("datetime")], "08 00000000 00828b01", "c0 is bytes that are no value of its type"],
  ] as const)("%s is lost", (_, types, hex, reason) => {
    const fields = types.map((of, index) => nativeField({ name: `c${index}`, type: of, nullable: true }, style));
    const buffer = bytes(hex);
    expect(readRow(fields, buffer, 0, buffer.length)).toEqual({ kind: "lost", reason });
  });

  it.each([
    ["half a UTF-16 unit", type("nvarchar", { length: 9 }), "0300 610062"],
    ["tokens of binary xml", type("xml"), "0400000000000000 dfff01b0"],
    ["a variant of an unknown type", type("sql_variant"), "03000000 990001"],
  ] as const)("%s costs only its own row, whose end is sure", (_, of, hex) => {
    const fields = [of, type("int")].map((each, index) =>
      nativeField({ name: `c${index}`, type: each, nullable: index === 0 }, style),
    );
    const buffer = bytes(`${hex} 07000000`);
    expect(readRow(fields, buffer, 0, buffer.length)).toEqual({
      kind: "row",
      cells: [null, 7],
      end: buffer.length,
      fault: "c0 is bytes that are no value of its type",
    });
  });

  it("says how many bytes it needs where the buffer ends inside the row", () => {
    const fields = [nativeField({ name: "c", type: type("image"), nullable: true }, style)];
    expect(readRow(fields, bytes("0500"), 0, 100)).toEqual({ kind: "short", need: 4 });
    expect(readRow(fields, bytes("05000000 01"), 0, 100)).toEqual({ kind: "short", need: 9 });
  });
});

it("text in the column's own code page (bcp -n) is read by the collation, and undecodable bytes are none", () => {
  const native: NativeStyle = { text: { collation: "Cyrillic_General_CI_AS" }, clocks: "own" };
  const field = nativeField({ name: "c", type: type("varchar", { length: 9 }), nullable: true }, native);
  const buffer = bytes("0200 cfed");
  expect(readRow([field], buffer, 0, buffer.length)).toMatchObject({ cells: ["Пн"] });
});

it("times that bcp writes with seven digits, whatever the column has", () => {
  const seven: EncodeStyle = { text: "utf-16", clocks: "seven" };
  const of = type("datetime2", { scale: 2 });
  const field = nativeField({ name: "c", type: of, nullable: false }, { ...style, clocks: "seven" });
  const buffer = encodeField(of, field.prefix, "2016-07-01 23:59:59.9900000", seven);
  expect(buffer).toHaveLength(8);
  expect(readRow([field], buffer, 0, buffer.length)).toMatchObject({ cells: ["2016-07-01 23:59:59.9900000"] });
});

const anyBytes = fc.uint8Array({ maxLength: 60 });

function digits(precision: number, scale: number): fc.Arbitrary<string> {
  const most = 10n ** BigInt(precision) - 1n;
  return fc.bigInt({ min: -most, max: most }).map((value) => {
    const text = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
    const point = text.length - scale;
    return `${value < 0n ? "-" : ""}${text.slice(0, point)}${scale === 0 ? "" : `.${text.slice(point)}`}`;
  });
}

const anyField: fc.Arbitrary<{ of: SqlType; value: RawValue }> = fc.oneof(
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) =>
      fc
        .integer({ min: 0, max: precision })
        .chain((scale) =>
          digits(precision, scale).map((value) => ({ of: type("decimal", { precision, scale }), value })),
        ),
    ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ of: type("float", { precision: 53 }), value })),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ of: type("real"), value })),
  fc.maxSafeInteger().map((value) => ({ of: type("bigint"), value })),
  digits(18, 4).map((value) => ({ of: type("money"), value })),
  fc.uint8Array({ maxLength: 300 }).map((value) => ({ of: type("varbinary", { length: 300 }), value })),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => ({ of: type("nvarchar", { length: 40 }), value: String.fromCharCode(...units) })),
  fc.string({ maxLength: 30 }).map((value) => ({ of: type("sql_variant"), value: `nvarchar:${value}` })),
);

it("property: every row of every type is read as it was written, and needs all of its bytes", () => {
  const field = fc.tuple(anyField, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 8 }), (drawn) => {
      const fields = drawn.map(([{ of }, nullable], at) => nativeField({ name: `c${at}`, type: of, nullable }, style));
      const cells = drawn.map(([{ value }, nullable, isNull]) => (nullable && isNull ? null : value));
      const buffer = Buffer.concat(
        drawn.map(([{ of }], at) => encodeField(of, fields[at]?.prefix ?? 0, cells[at] ?? null)),
      );
      expect(readRow(fields, buffer, 0, buffer.length)).toEqual({ kind: "row", cells, end: buffer.length });
      const cut = readRow(fields, buffer.subarray(0, -1), 0, buffer.length);
      expect(cut.kind).toBe("short");
    }),
  );
});

it("property: arbitrary bytes are a row, short or lost, and never more", () => {
  const fields = cases.map(([of], at) => nativeField({ name: `c${at}`, type: of, nullable: at % 2 === 0 }, style));
  fc.assert(
    fc.property(anyBytes, fc.nat(cases.length), (drawn, from) => {
      const buffer = Buffer.from(drawn);
      expect(["row", "short", "lost"]).toContain(readRow(fields.slice(from), buffer, 0, buffer.length).kind);
    }),
  );
});
