import * as fc from "fast-check";
import { inspect, isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { TypeName } from "../../src/schema/model.ts";
import { Unparsable, type Codec, type Conventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";

const names: readonly TypeName[] = [
  ...(["bit", "tinyint", "smallint", "int", "bigint", "decimal", "numeric", "money", "smallmoney"] as const),
  ...(["float", "real", "date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"] as const),
  ...(["char", "varchar", "text", "nchar", "nvarchar", "ntext", "binary", "varbinary", "image"] as const),
  ...(["uniqueidentifier", "xml", "sql_variant", "timestamp", "hierarchyid", "geometry", "geography"] as const),
];
const holdsAnyText = new Set<TypeName>(["char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml", "sql_variant"]);

/** Text that looks like numbers and dates, so that many values do parse. */
const likely = fc.oneof(
  fc.stringMatching(/^[ +-]?[0-9]{1,8}[.:/-]?[0-9]{0,4}[.:/-]?[0-9]{0,4}[ T]?[0-9:.]{0,8}(AM|Z|E5)?$/),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.uuid(),
);
const anything: fc.Arbitrary<RawValue> = fc.oneof(
  fc.string({ unit: "binary" }),
  likely,
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 20 }),
);
const dateOrders = fc.constantFrom("mdy" as const, "dmy" as const, "ymd" as const);

/** What does not hold of a codec and a cell. */
function broken(codec: Codec, raw: RawValue, conventions: Conventions): string[] {
  const value = codec.parse(raw, conventions);
  if (value instanceof Unparsable) return /^\S.*[^.\s]$/.test(value.reason) ? [] : [value.reason];
  const text = codec.format(value);
  // A variant's text says its base type, which a source's text does not.
  const again =
    codec.type.name === "sql_variant" ? [] : [codec.parse(value, conventions), codec.parse(text, conventions)];
  const unlike = again
    .filter((other) => !isDeepStrictEqual(other, value))
    .map((other) => `${text} became ${inspect(other)}`);
  return codec.equalityKey(value) === codec.equalityKey(value) ? unlike : [...unlike, `${text} is not itself`];
}

describe.each(names)("%s", (name) => {
  const codec = codecFor({ type: { name } });

  it("gives for any cell a value that is its own canonical form, or a reason", () => {
    fc.assert(
      fc.property(anything, dateOrders, (raw, dateOrder) => {
        expect(broken(codec, raw, { dateOrder })).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses an empty text unless its values are texts", () => {
    const isRefused = codec.parse("", { dateOrder: "mdy" }) instanceof Unparsable;
    expect(isRefused).toBe(!holdsAnyText.has(name));
  });
});
