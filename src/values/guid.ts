/** uniqueidentifier: upper-case text without braces. */
import type { SqlType } from "../schema/model.ts";
import { type Codec, type PresentValue, type RawValue, type Unparsable } from "./codec.ts";
import { blank, notA } from "./reasons.ts";

const canonicalForm = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;

/** The first three groups are stored least byte first (GUID structure, [MS-DTYP] 2.3.4). */
const byteOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** The text of 16 bytes. */
export function guidText(bytes: Uint8Array): string {
  const hex = byteOrder.map((at) => (bytes[at] ?? 0).toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-")
    .toUpperCase();
}

function unbraced(text: string): string {
  return text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
}

export function guidCodec(type: SqlType): Codec {
  const notGuid = notA(type);

  function fromText(raw: string): PresentValue | Unparsable {
    const text = unbraced(raw.trim()).toUpperCase();
    if (canonicalForm.test(text)) return text;
    return raw.trim() === "" ? blank : notGuid;
  }

  function parse(raw: RawValue): PresentValue | Unparsable {
    if (typeof raw === "string") return canonicalForm.test(raw) ? raw : fromText(raw);
    return raw instanceof Uint8Array && raw.length === 16 ? guidText(raw) : notGuid;
  }

  return { type, parse, equalityKey: (value) => value as string, format: (value) => value as string };
}
