/**
 * Values as Debezium writes them, by the meaning that the message's schema gives them.
 * https://debezium.io/documentation/reference/stable/connectors/sqlserver.html#sqlserver-data-types
 */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { cellReader } from "../exec/cells.ts";
import { isObject, isString, membersOf, readString } from "../text/json.ts";
import { type BytesForm, readBytesText, readUnscaled, scaled } from "./bytes.ts";
import type { FieldType } from "./connect-schema.ts";
import { clockTime, dayOf, type EpochDigits, wallTime } from "./epoch.ts";
import { integerOf, memberInteger, memberString } from "./members.ts";

export interface ValueContext {
  readonly column: Column;
  /** On whose clock moments are shown. */
  readonly zone: string;
  readonly binary: BytesForm | undefined;
}

/** Reads a value that is not null; undefined where it is not of the form, which leaves it as it is written. */
type ReadMeaning = (text: string, field: FieldType, context: ValueContext) => RawValue | undefined;

const binaryTypes = new Set(["binary", "varbinary", "image"]);
/** Beyond it a number has more zeros than any type holds. */
const largestScale = 400;

export function isBinary({ type }: Column): boolean {
  return binaryTypes.has(type.name);
}

const days: ReadMeaning = (text) => withInteger(text, dayOf);
const clock =
  (digits: EpochDigits): ReadMeaning =>
  (text) =>
    withInteger(text, (count) => clockTime(count, digits));
/** Debezium counts what a clock showed as if it were UTC's: it has no zone. */
const wall =
  (digits: EpochDigits): ReadMeaning =>
  (text) =>
    withInteger(text, (count) => wallTime(count, digits));
/** `2017-09-15Z`: the Z says nothing. */
const iso: ReadMeaning = (text) => (isString(text) ? readString(text).replace(/(?:Z|\+00:00)$/, "") : undefined);

const meanings: ReadonlyMap<string, ReadMeaning> = new Map<string, ReadMeaning>([
  ["org.apache.kafka.connect.data.Decimal", (text, { scale }) => decimalOf(text, scale)],
  ["io.debezium.data.VariableScaleDecimal", (text) => variableDecimal(text)],
  ["org.apache.kafka.connect.data.Date", days],
  ["io.debezium.time.Date", days],
  ["org.apache.kafka.connect.data.Time", clock(3)],
  ["io.debezium.time.Time", clock(3)],
  ["io.debezium.time.MicroTime", clock(6)],
  ["io.debezium.time.NanoTime", clock(9)],
  ["org.apache.kafka.connect.data.Timestamp", wall(3)],
  ["io.debezium.time.Timestamp", wall(3)],
  ["io.debezium.time.MicroTimestamp", wall(6)],
  ["io.debezium.time.NanoTimestamp", wall(9)],
  ["io.debezium.time.IsoDate", iso],
  ["io.debezium.time.IsoTime", iso],
  ["io.debezium.time.IsoTimestamp", iso],
  ["io.debezium.data.Bits", (text, _, { column }) => bits(text, column)],
  ["io.debezium.data.geometry.Geometry", (text, _, { column }) => wellKnownBinary(text, column)],
  ["io.debezium.data.geometry.Geography", (text, _, { column }) => wellKnownBinary(text, column)],
  ["io.debezium.data.geometry.Point", (text, _, { column }) => wellKnownBinary(text, column)],
]);

/** Reads the value of a field whose type the message says. */
export function readTyped(text: string, field: FieldType, context: ValueContext): RawValue | null {
  if (text === "null") return null;
  const meaning = meanings.get(field.name ?? "");
  const read = meaning === undefined ? readPlain(text, field, context) : meaning(text, field, context);
  return read ?? cellReader(context.column, context.zone)(text);
}

function readPlain(text: string, { type }: FieldType, { column, binary }: ValueContext): RawValue | undefined {
  if (!isString(text)) return undefined;
  if (type === "bytes") return readBytesText(readString(text), "base64");
  return isBinary(column) && binary !== undefined ? readBytesText(readString(text), binary) : undefined;
}

function withInteger(text: string, show: (count: bigint) => string | undefined): string | undefined {
  const count = isString(text) ? undefined : integerOf(text);
  return count === undefined ? undefined : show(count);
}

/** Base64 of a two's complement number, or, under the other modes, a number. */
export function decimalOf(text: string, scale: number | undefined): string | undefined {
  if (!isString(text) || scale === undefined || Math.abs(scale) > largestScale) return undefined;
  const bytes = readBytesText(readString(text), "base64");
  return bytes === undefined || bytes.length === 0 ? undefined : scaled(readUnscaled(bytes), scale);
}

/** `{"scale":2,"value":"MDk="}` */
export function variableDecimal(text: string): string | undefined {
  if (!isObject(text)) return undefined;
  const members = membersOf(text);
  const scale = memberInteger(members, "scale");
  const value = memberString(members, "value");
  return scale === undefined || value === undefined ? undefined : decimalOf(JSON.stringify(value), Number(scale));
}

/** Bits stand in bytes, the little end first. */
function bits(text: string, column: Column): RawValue | undefined {
  const bytes = isString(text) ? readBytesText(readString(text), "base64") : undefined;
  if (bytes === undefined || bytes.length === 0 || isBinary(column)) return bytes;
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString("hex")}`);
}

/** A column of bytes takes the shape as it is; what SQL Server itself would keep of it is another form, and the value stays raw. */
function wellKnownBinary(text: string, column: Column): RawValue | undefined {
  if (!isObject(text) || !isBinary(column)) return undefined;
  const value = memberString(membersOf(text), "wkb");
  return value === undefined ? undefined : readBytesText(value, "base64");
}
