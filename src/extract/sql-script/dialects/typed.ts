/** What a value is by the type that its column has in the script, or without one by the target's. */
import type { Column, TypeName } from "../../../schema/model.ts";
import type { RawValue } from "../../../values/codec.ts";
import { wallClock } from "../../../values/wall-clock.ts";
import { Unreadable } from "../unreadable.ts";

/** Makes of a cell what the target column's codec reads without loss. Throws Unreadable. */
export type Adapter = (cell: RawValue) => RawValue;

const names = (list: string) => new Set<string>(list.split(" ")) as ReadonlySet<TypeName>;

export const textTypes = names("char varchar text nchar nvarchar ntext xml");
export const binaryTypes = names("binary varbinary image timestamp hierarchyid geometry geography");
export const temporalTypes = names("date time smalldatetime datetime datetime2 datetimeoffset");
const keepsOffset = names("datetimeoffset char varchar text nchar nvarchar ntext sql_variant");

export const asItIs: Adapter = (cell) => cell;

export function onText(read: (text: string) => RawValue): Adapter {
  return (cell) => (typeof cell === "string" ? read(cell) : cell);
}

/** Bytes where text is wanted could be text in any encoding. */
export const noBytes: Adapter = (cell) => {
  if (cell instanceof Uint8Array) throw new Unreadable("holds bytes for a column of texts");
  return cell;
};

const shortOffset = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ?([+-]\d\d)$/;

/** A moment with its offset: kept by columns that hold one, for others on the clock of the source's zone. */
export function moment({ type }: Column, zone: string): Adapter {
  return onText((text) => {
    const whole = text.replace(shortOffset, "$1$2:00");
    return keepsOffset.has(type.name) ? whole : wallClock(whole, zone);
  });
}
