/** From the bytes that come over the wire to what codecs read without loss. */
import mysql from "mysql2";
import type { FieldPacket } from "mysql2";
import type { RawValue } from "../../values/codec.ts";

const { Types } = mysql;

/** The character set of what is no text (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_character_set.html). */
const binaryCharset = 63;

type ReadCell = (bytes: Buffer) => RawValue;

const asText: ReadCell = (bytes) => bytes.toString("utf8");
const asNumber: ReadCell = (bytes) => Number(bytes.toString("latin1"));
const asBytes: ReadCell = (bytes) => bytes;
const asBit: ReadCell = (bytes) => bytes.some((byte) => byte !== 0);

/** A bit field of more than one bit is an unsigned number; as text, it is exact up to 64 bits. */
const asUnsigned: ReadCell = (bytes) => BigInt(`0x${bytes.toString("hex")}`).toString();

/** With the session's clock in UTC a TIMESTAMP is a moment without its offset. All zeros are none, and stay. */
const asMoment: ReadCell = (bytes) => {
  const text = bytes.toString("latin1");
  return text.startsWith("0000-00-00") ? text : `${text}+00:00`;
};

/** Their own text is exact, whatever character set they say: decimals, long integers, dates with their zeros, json. */
const readers = new Map<number, ReadCell>([
  ...[Types.TINY, Types.SHORT, Types.INT24, Types.LONG, Types.YEAR, Types.FLOAT, Types.DOUBLE].map(
    (type) => [type, asNumber] as const,
  ),
  ...[
    Types.DECIMAL,
    Types.NEWDECIMAL,
    Types.LONGLONG,
    Types.DATE,
    Types.NEWDATE,
    Types.TIME,
    Types.DATETIME,
    Types.JSON,
  ].map((type) => [type, asText] as const),
  [Types.TIMESTAMP, asMoment],
]);

/** What reads the cells of a column of a result. Geometry comes as its bytes: four of the SRID, then WKB. */
export function cellReader(field: FieldPacket): ReadCell {
  const type = field.type ?? Types.STRING;
  const known = readers.get(type);
  if (known !== undefined) return known;
  if (type === Types.BIT) return field.columnLength === 1 ? asBit : asUnsigned;
  return field.characterSet === binaryCharset ? asBytes : asText;
}
