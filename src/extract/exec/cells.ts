/** From a JSON value, as it is written, to a cell for a column. */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { isString, readNumber, readString } from "../text/json.ts";

export type CellReader = (text: string) => RawValue | null;

/** They hold anything that can be written down, in its own spelling. */
const texts = new Set(["char", "varchar", "text", "nchar", "nvarchar", "ntext"]);
/** They hold a moment without its offset. A `date` is not among them: programs print the day as midnight in UTC, and it is the day that counts. */
const wallClocks = new Set(["smalldatetime", "datetime", "datetime2"]);
const words = new Map<string, boolean | null>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/** `zone`: on whose clock moments are read that carry an offset, where the column has none. */
export function cellReader({ type }: Column, zone: string): CellReader {
  const isText = texts.has(type.name);
  const isWallClock = wallClocks.has(type.name);
  return (text) => {
    if (isString(text)) return isWallClock ? wallClock(readString(text), zone) : readString(text);
    if (isText && text !== "null") return text;
    return words.has(text) ? (words.get(text) as boolean | null) : readOther(text);
  };
}

const nested = /^[{[]/;

/** A nested value is its text: a column that is no text refuses it, and it is kept as it was. */
function readOther(text: string): RawValue {
  return nested.test(text) ? text : readNumber(text);
}
