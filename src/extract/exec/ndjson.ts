/** Newline-delimited JSON: an object a line, each a record. */
import { isString, readString } from "../text/json.ts";
import type { ObjectReader } from "./message.ts";

/** `streamField` names the field that tells a record's table; undefined: the source has one table. */
export function ndjsonReader(streamField: string | undefined): ObjectReader {
  if (streamField === undefined) return (members) => ({ kind: "record", stream: undefined, members, isDelete: false });
  return (members) => {
    const named = members.find(({ name }) => name === streamField);
    if (named === undefined || !isString(named.text))
      return {
        kind: "fault",
        reason: `it has no text in the field ${streamField}, which says what table it belongs to`,
      };
    const rest = members.filter((member) => member !== named);
    return { kind: "record", stream: readString(named.text), members: rest, isDelete: false };
  };
}
