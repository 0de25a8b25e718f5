/** The declared type of a column of a query, as far as the wire tells it. */
import mysql from "mysql2";
import type { FieldPacket } from "mysql2";

const { Types } = mysql;

const binaryCharset = 63;
const unsignedFlag = 32;
const enumFlag = 256;
const setFlag = 2048;
/** Of utf8mb4, the session's character set, in which the wire counts lengths. */
const bytesPerCharacter = 4;

const integers = new Map<number, string>([
  [Types.TINY, "tinyint"],
  [Types.SHORT, "smallint"],
  [Types.INT24, "mediumint"],
  [Types.LONG, "int"],
  [Types.LONGLONG, "bigint"],
]);

const plain = new Map<number, string>([
  [Types.FLOAT, "float"],
  [Types.DOUBLE, "double"],
  [Types.DATE, "date"],
  [Types.NEWDATE, "date"],
  [Types.YEAR, "year"],
  [Types.JSON, "json"],
  [Types.GEOMETRY, "geometry"],
]);

const timed = new Map<number, string>([
  [Types.TIME, "time"],
  [Types.DATETIME, "datetime"],
  [Types.TIMESTAMP, "timestamp"],
]);

export function declaredTypeOf(field: FieldPacket): string {
  const type = field.type ?? Types.STRING;
  const integer = integers.get(type);
  if (integer !== undefined) return isFlagged(field, unsignedFlag) ? `${integer} unsigned` : integer;
  const clock = timed.get(type);
  if (clock !== undefined) return field.decimals > 0 && field.decimals <= 6 ? `${clock}(${field.decimals})` : clock;
  if (type === Types.NEWDECIMAL || type === Types.DECIMAL) return decimal(field);
  if (type === Types.BIT) return `bit(${field.columnLength})`;
  return plain.get(type) ?? text(field, type);
}

function isFlagged({ flags }: FieldPacket, flag: number): boolean {
  return typeof flags === "number" && (flags & flag) !== 0;
}

/** The length counts the sign and the point. */
function decimal(field: FieldPacket): string {
  const sign = isFlagged(field, unsignedFlag) ? 0 : 1;
  const point = field.decimals > 0 ? 1 : 0;
  return `decimal(${(field.columnLength ?? 0) - sign - point},${field.decimals})`;
}

const blobs = new Set<number>([Types.TINY_BLOB, Types.BLOB, Types.MEDIUM_BLOB, Types.LONG_BLOB]);

function text(field: FieldPacket, type: number): string {
  if (isFlagged(field, enumFlag)) return "enum";
  if (isFlagged(field, setFlag)) return "set";
  const isBinary = field.characterSet === binaryCharset;
  if (blobs.has(type)) return isBinary ? "blob" : "text";
  const length = field.columnLength ?? 0;
  return isBinary ? `varbinary(${length})` : `varchar(${Math.floor(length / bytesPerCharacter)})`;
}
