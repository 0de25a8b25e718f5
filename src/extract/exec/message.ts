/** What one line of a program's output says. */
import type { Place } from "../../errors.ts";
import { readObject } from "../text/json.ts";
import type { Member } from "../text/json.ts";

export interface RecordMessage {
  readonly kind: "record";
  /** Undefined: the source has one table. */
  readonly stream: string | undefined;
  readonly members: readonly Member[];
  /** It says that the row is gone. */
  readonly isDelete: boolean;
}

export type Message =
  | RecordMessage
  /** A stream with its fields: records of it may follow. */
  | { readonly kind: "schema"; readonly stream: string; readonly fields: readonly string[] }
  | { readonly kind: "skip"; readonly rule: string }
  /** It cannot be read: `reason` is why. */
  | { readonly kind: "fault"; readonly reason: string };

/** Reads a line that is known to be an object. May throw UserError for one that makes reading on pointless. */
export type ObjectReader = (members: readonly Member[], where: Place) => Message;

const blank = /^\s*$/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

export function readMessage(line: Buffer, readMembers: ObjectReader, where: Place): Message {
  const text = decode(line);
  if (text === undefined) return { kind: "fault", reason: "it holds bytes that are not UTF-8" };
  if (blank.test(text)) return { kind: "skip", rule: "blank line" };
  const members = readObject(text);
  return members === undefined ? { kind: "fault", reason: "it is no JSON object" } : readMembers(members, where);
}

/** Without a byte order mark. */
function decode(line: Buffer): string | undefined {
  try {
    return utf8.decode(line);
  } catch {
    return undefined;
  }
}
