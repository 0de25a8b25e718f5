/** From what comes over the wire to what codecs read without loss. */
import type { TypeCastField, TypeCastNext } from "mysql2";
import type { RawValue } from "../../values/codec.ts";

/**
 * The driver's reading of a cell where it is exact: small integers as numbers; decimals, long integers, dates with their zeros, json and text as text; what
 * has no character set as bytes. Else our own. {@link exactCells} belongs with it.
 */
export function readCell(field: TypeCastField, next: TypeCastNext): RawValue | null {
  switch (field.type) {
    case "FLOAT":
    case "DOUBLE":
      return asNumber(field.string());
    case "TIMESTAMP":
      return asMoment(field.string());
    case "BIT":
      return asBits(field.buffer(), field.length);
    // Four bytes of the SRID, then WKB.
    case "GEOMETRY":
    case "VECTOR":
      return field.buffer();
    default:
      return next() as RawValue | null;
  }
}

/** Options of a connection under which the driver itself makes nothing less exact of a cell. */
export const exactCells = {
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
} as const;

/** The driver adds digits up, which rounds. */
function asNumber(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** With the session's clock in UTC a TIMESTAMP is a moment without its offset. All zeros are none, and stay. */
function asMoment(text: string | null): string | null {
  return text === null || text.startsWith("0000-00-00") ? text : `${text}+00:00`;
}

/** More than one bit are an unsigned number; as text, it is exact up to 64 bits. */
function asBits(bytes: Buffer | null, width: number): RawValue | null {
  if (bytes === null) return null;
  return width === 1 ? bytes.some((byte) => byte !== 0) : BigInt(`0x${bytes.toString("hex")}`).toString();
}
