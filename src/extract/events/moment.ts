/** When a change was made, as a column of the log tells it. */
import { type Column, type SqlType } from "../../schema/model.ts";
import { type Conventions, type RawValue, Unparsable } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import { wallClock } from "../../values/wall-clock.ts";

const type: SqlType = { name: "datetime2", scale: 7 };
const column: Column = { name: "at", ordinal: 0, type, declaredType: "datetime2", nullable: true };

/** `YYYY-MM-DD hh:mm:ss.fffffff`; a moment with an offset on the zone's clock. Undefined for what is no date with a time. */
export function momentOf(raw: RawValue, conventions: Conventions, zone: string): string | undefined {
  const value = typeof raw === "string" ? wallClock(raw.trim(), zone) : raw;
  const read = codecFor(column).parse(value, conventions);
  return read instanceof Unparsable ? undefined : String(read);
}
