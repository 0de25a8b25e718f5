import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTyped } from "../../src/extract/cdc/connect-values.ts";
import { clockTime, dayOf, type EpochDigits, wallTime } from "../../src/extract/cdc/epoch.ts";
import { lsnText } from "../../src/extract/cdc/change-table.ts";
import type { RawValue } from "../../src/values/codec.ts";
import type { SqlType } from "../../src/schema/model.ts";

function typed(value: unknown, name: string, scale?: number, column: SqlType["name"] = "nvarchar"): RawValue | null {
  const field = { type: "bytes", name, scale };
  const target = { name: "C", ordinal: 0, type: { name: column }, declaredType: column, nullable: true };
  return readTyped(JSON.stringify(value), field, { column: target, zone: "UTC", binary: undefined });
}

/** The shortest two's complement that holds it, as Java's BigInteger.toByteArray. */
function javaBytes(value: bigint): Buffer {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  return Buffer.from(
    BigInt.asUintN(length * 8, value)
      .toString(16)
      .padStart(length * 2, "0"),
    "hex",
  );
}

const decimal = "org.apache.kafka.connect.data.Decimal";

describe("a decimal in base64", () => {
  it("is the number that was written, of any size and sign", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
        fc.integer({ min: 0, max: 38 }),
        (unscaled, scale) => {
          const bytes = javaBytes(unscaled).toString("base64");
          const expected = String(typed(bytes, decimal, scale));
          expect(BigInt(expected.replace(".", ""))).toBe(unscaled);
          expect(expected.split(".")[1]?.length ?? 0).toBe(scale);
          expect(typed({ scale, value: bytes }, "io.debezium.data.VariableScaleDecimal")).toBe(expected);
        },
      ),
    );
  });

  it.each<[string, unknown, number | undefined, RawValue]>([
    ["with a scale below zero has zeros", "ew==", -2, "12300"],
    ["with a hostile scale stays as it is", "ew==", 2_000_000_000, "ew=="],
    ["without its scale stays as it is", "ew==", undefined, "ew=="],
    ["that is no base64 stays as it is", "e!==", 2, "e!=="],
    ["that is a number after all is one", 12.5, 2, "12.5"],
    ["of no bytes stays as it is", "", 2, ""],
  ])("%s", (_, value, scale, expected) => {
    expect(typed(value, decimal, scale)).toBe(expected);
  });
});

describe("a count since 1970", () => {
  it("is what a clock shows, in any unit", () => {
    const from = Date.parse("0001-01-01T00:00:00Z");
    fc.assert(
      fc.property(
        fc.integer({ min: from, max: Date.UTC(9999, 11, 31) }),
        fc.constantFrom<EpochDigits>(3, 6, 9),
        (milliseconds, digits) => {
          const count = BigInt(milliseconds) * 10n ** BigInt(digits - 3);
          const [whole = "", fraction = ""] = (wallTime(count, digits) ?? "").split(".");
          const shown = `${whole.replace(" ", "T")}.${fraction.padEnd(3, "0")}Z`;
          expect(shown).toBe(new Date(milliseconds).toISOString());
        },
      ),
    );
  });

  it("outside of the years 1 to 9999, or of a day, is none", () => {
    expect(wallTime(253_402_300_800_000n, 3)).toBeUndefined();
    expect(wallTime(-62_135_596_800_001n, 3)).toBeUndefined();
    expect(wallTime(1n << 100n, 9)).toBeUndefined();
    expect([dayOf(2_932_896n), dayOf(2_932_897n), dayOf(-719_162n)]).toEqual(["9999-12-31", undefined, "0001-01-01"]);
    expect([clockTime(86_399_999n, 3), clockTime(86_400_000n, 3), clockTime(-1n, 3)]).toEqual([
      "23:59:59.999",
      undefined,
      undefined,
    ]);
  });
});

it("an LSN is the same in every form", () => {
  const bytes = Buffer.from("0000002C000000A00003", "hex");
  const forms = ["0x0000002C000000A00003", "0000002c000000a00003", bytes.toString("base64"), bytes];
  expect(forms.map((form) => lsnText(form))).toEqual(forms.map(() => "0000002C000000A00003"));
});
