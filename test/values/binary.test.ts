import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../src/errors.ts";
import { defaultConventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { variantBase } from "../../src/values/variant.ts";
import { hex, read, typeOf } from "./support.ts";

const notHex = (type: string) => `!is not 0x and pairs of hex digits, as text for ${type} must be`;
const guid = "6F9619FF-8B86-D011-B42D-00C04FC964FF";

type Case = readonly [type: string, raw: RawValue, expected: unknown];

const cases: readonly Case[] = [
  ["varbinary(4)", hex("0102"), hex("0102")],
  ["varbinary(4)", "0x0aFF", hex("0AFF")],
  ["varbinary(4)", " 0X0A ", hex("0A")],
  ["varbinary(4)", "0x", hex("")],
  ["varbinary(4)", "0xABC", notHex("varbinary")],
  ["varbinary(4)", "ABCD", notHex("varbinary")],
  ["varbinary(4)", "", "!is blank"],
  ["varbinary(4)", "0x0102030405", "!is longer than varbinary(4)"],
  ["varbinary(4)", 5, "!is a number, and how many bytes of varbinary it fills is not known"],
  ["varbinary(max)", new Uint8Array(9000), new Uint8Array(9000)],
  ["binary(4)", hex("0102"), hex("01020000")],
  ["binary(4)", hex("0102030405"), "!is longer than binary(4)"],
  ["image", hex("00FF"), hex("00FF")],
  ["timestamp", "0x00000000000007D1", hex("00000000000007D1")],
  ["timestamp", new Uint8Array(9), "!is longer than timestamp"],
  ["hierarchyid", "0x5AC0", hex("5AC0")],
  ["hierarchyid", "/1/2/", notHex("hierarchyid")],
  ["geometry", hex("00000000010C"), hex("00000000010C")],
  ["geography", "POINT (1 2)", notHex("geography")],
  ["uniqueidentifier", guid, guid],
  ["uniqueidentifier", ` {${guid.toLowerCase()}} `, guid],
  ["uniqueidentifier", hex("FF19966F868B11D0B42D00C04FC964FF"), "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
  ["uniqueidentifier", hex("FF19966F"), "!is not a uniqueidentifier"],
  ["uniqueidentifier", guid.slice(1), "!is not a uniqueidentifier"],
  ["uniqueidentifier", `{${guid}`, "!is not a uniqueidentifier"],
  ["uniqueidentifier", "", "!is blank"],
  ["uniqueidentifier", 5, "!is not a uniqueidentifier"],
  ["sql_variant", 5, "int:5"],
  ["sql_variant", 2147483648, "bigint:2147483648"],
  ["sql_variant", -2147483648n, "int:-2147483648"],
  ["sql_variant", 9223372036854775808n, "numeric:9223372036854775808"],
  ["sql_variant", 10n ** 38n, "!is not a sql_variant"],
  ["sql_variant", 1.5, "float:1.5"],
  ["sql_variant", Number.NaN, "!is not a sql_variant"],
  ["sql_variant", true, "bit:1"],
  ["sql_variant", "int:5", "nvarchar:int:5"],
  ["sql_variant", "", "nvarchar:"],
  ["sql_variant", "x".repeat(4001), "!is not a sql_variant"],
  ["sql_variant", hex("00FF"), "varbinary:0x00FF"],
];

describe("binary, uniqueidentifier, sql_variant", () => {
  it.each(cases)("%s: %o", (type, raw, expected) => {
    expect(read(type, raw)).toStrictEqual(expected);
  });

  it("GOTCHAS 16: bytes come back from what people read, and equal bytes have equal keys", () => {
    const codec = codecFor({ type: typeOf("geography") });
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(codec.parse(codec.format(bytes), defaultConventions)).toStrictEqual(Uint8Array.from(bytes));
        expect(codec.equalityKey(bytes)).toBe(codec.equalityKey(Uint8Array.from(bytes)));
      }),
    );
    expect(codec.equalityKey(hex("01"))).not.toBe(codec.equalityKey(hex("0100")));
  });

  it("reads bytes that are a part of a larger buffer", () => {
    const part = Buffer.from("xx\u0001\u0002yy", "latin1").subarray(2, 4);
    expect(codecFor({ type: typeOf("varbinary(2)") }).format(part)).toBe("0x0102");
    expect(read("nvarchar(1)", Buffer.from("xx\u0042\u0030", "latin1").subarray(2, 4))).toBe("あ");
  });

  it("splits a sql_variant at its first colon", () => {
    expect(variantBase("nvarchar:a:b")).toEqual({ base: "nvarchar", value: "a:b" });
    expect(variantBase("int:5")).toEqual({ base: "int", value: "5" });
    expect(() => variantBase("five")).toThrow(Fault);
  });
});
