/** From a column to its field in a native file, as bcp lays it out where no format file says otherwise. */
import type { Column } from "../../../schema/model.ts";
import { nativePrefix, type PrefixLength } from "./prefixes.ts";
import type { NativeField } from "./row.ts";
import { longestValue, valueReader, valueWidth, type NativeStyle } from "./values.ts";

/** `prefix`: what a format file says, or what is known to differ. */
export function nativeField(
  column: Pick<Column, "name" | "type" | "nullable">,
  style: NativeStyle,
  prefix: PrefixLength = nativePrefix(column.type, column.nullable),
): NativeField {
  const { name, type } = column;
  return {
    name,
    prefix,
    width: fixedWidth(column.type, prefix, style),
    longest: longestValue(type, style),
    read: valueReader(type, style),
  };
}

/** Text may be shorter than its column, where the file says how long it is. */
function fixedWidth(type: Column["type"], prefix: PrefixLength, style: NativeStyle): number | undefined {
  const isText = type.name === "char" || type.name === "nchar" || type.name === "binary";
  return isText && prefix > 0 ? undefined : valueWidth(type, style);
}
