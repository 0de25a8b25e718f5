/**
 * sql_variant: each value as `basetype:text`, put together by the server, since the driver reads its texts in a wrong code page. Source:
 * https://learn.microsoft.com/sql/t-sql/functions/sql-variant-property-transact-sql
 */
import type { RawValue } from "../../values/codec.ts";

interface Form {
  readonly bases: readonly string[];
  /** `@` stands for the column. */
  readonly text: string;
  /** The first major version of the server that knows the type. */
  readonly since?: number;
}

/** Floats as the integer of their bits: no style gives all their digits before 2016. */
const forms: readonly Form[] = [
  { bases: ["float"], text: "CONVERT(nvarchar(30), CONVERT(bigint, CONVERT(binary(8), CONVERT(float, @))))" },
  { bases: ["real"], text: "CONVERT(nvarchar(30), CONVERT(int, CONVERT(binary(4), CONVERT(real, @))))" },
  { bases: ["money", "smallmoney"], text: "CONVERT(nvarchar(30), CONVERT(money, @), 2)" },
  { bases: ["datetime", "smalldatetime"], text: "CONVERT(nvarchar(30), CONVERT(datetime, @), 121)" },
  { bases: ["date"], text: "CONVERT(nvarchar(30), CONVERT(date, @), 23)", since: 10 },
  { bases: ["time"], text: "CONVERT(nvarchar(30), CONVERT(time(7), @), 121)", since: 10 },
  { bases: ["datetime2"], text: "CONVERT(nvarchar(30), CONVERT(datetime2(7), @), 121)", since: 10 },
  { bases: ["datetimeoffset"], text: "CONVERT(nvarchar(40), CONVERT(datetimeoffset(7), @), 121)", since: 10 },
  {
    bases: ["binary", "varbinary"],
    text: "CONVERT(nvarchar(max), CONVERT(varbinary(8000), @), 1)",
    since: 10,
  },
];

/** Before 2008 no CONVERT writes bytes as hexadecimal digits. */
const hexadecimal = "master.dbo.fn_varbintohexstr(CONVERT(varbinary(8000), @))";

/** `name` is quoted; NULL stays NULL. */
export function variantText(name: string, version: number): string {
  const cases = forms
    .filter(({ since = 8 }) => version >= since)
    .map(({ bases, text }) => `WHEN ${bases.map((base) => `@base = '${base}'`).join(" OR ")} THEN ${text}`);
  const binary = version >= 10 ? [] : [`WHEN @base = 'binary' OR @base = 'varbinary' THEN ${hexadecimal}`];
  // A variant's text has up to 8000 characters, and is then one of a code page.
  const long =
    version >= 9
      ? [
          "WHEN DATALENGTH(@) > 4000 AND @base IN ('char', 'varchar') THEN CONVERT(nvarchar(max), CONVERT(varchar(8000), @))",
        ]
      : [];
  const all = [...cases, ...binary, ...long, "ELSE CONVERT(nvarchar(4000), @)"].join(" ");
  const base = "CONVERT(nvarchar(128), SQL_VARIANT_PROPERTY(@, 'BaseType'))";
  return `@base + N':' + CASE ${all} END`.replaceAll("@base", base).replaceAll("@", () => name);
}

/** What {@link variantText} gave, with its floats as numbers: `float:1.5`. */
export function readVariant(text: string): RawValue {
  const colon = text.indexOf(":");
  const [base, value] = [text.slice(0, colon), text.slice(colon + 1)];
  if (base === "float") return `float:${floatOf(value)}`;
  return base === "real" ? `real:${realOf(value)}` : text;
}

function floatOf(bits: string): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(bits));
  return bytes.readDoubleBE();
}

/** The shortest text that is this single: its double would have more digits than it ever had. */
function realOf(bits: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Number(bits));
  const single = bytes.readFloatBE();
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(single.toPrecision(digits)));
    if (Math.fround(Number(text)) === single) return text;
  }
  return String(Number(single.toPrecision(9)));
}
