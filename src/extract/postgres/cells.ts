/** From the text that comes over the wire to what codecs read without loss. */
import type { RawValue } from "../../values/codec.ts";

/** Types by their fixed numbers (https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat). */
export const oids = { bool: 16, bytea: 17, int2: 21, int4: 23, float4: 700, float8: 701, timestamptz: 1184 } as const;

/** With the session's clock in UTC every moment ends in `+00`; codecs want the offset's minutes too. Infinity and years BC stay. */
function moment(text: string): string {
  return text.endsWith("+00") ? `${text}:00` : text;
}

/** `\x` and hex digits, as the session's bytea_output has it. */
function bytes(text: string): Uint8Array {
  return Buffer.from(text.slice(2), "hex");
}

const readers = new Map<number, (text: string) => RawValue>([
  [oids.bool, (text) => text === "t"],
  [oids.bytea, bytes],
  [oids.int2, Number],
  [oids.int4, Number],
  // NaN, Infinity and -0 among them.
  [oids.float4, Number],
  [oids.float8, Number],
  [oids.timestamptz, moment],
]);

const asItStands = (text: string): RawValue => text;

/**
 * Makes the driver give cells as codecs want them: bytes, booleans, doubles, small integers; everything else (numeric, int8, dates,
 * intervals, json, arrays, enums, ranges…) as the server's own exact text. Domains come under the number of their base type.
 */
export const cellTypes = {
  getTypeParser: (oid: number) => readers.get(oid) ?? asItStands,
};

/** A cell as the server reads it back where it is a parameter. */
export function asParameter(cell: RawValue | null): string | null {
  if (cell === null) return null;
  return cell instanceof Uint8Array ? `\\x${Buffer.from(cell).toString("hex")}` : String(cell);
}
