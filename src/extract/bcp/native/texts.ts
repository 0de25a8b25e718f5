/** Text and bytes as native files hold them. */
import { codePage } from "../../../values/code-page.ts";
import { parseCollation } from "../../../values/collation.ts";
import { guidText } from "../../../values/guid.ts";
import type { ReadValue } from "./value.ts";

/** UTF-16LE, lone surrogates included; undefined for half a unit. */
export const readUtf16: ReadValue = (bytes) => (bytes.length % 2 === 0 ? bytes.toString("utf16le") : undefined);

/** The bytes themselves. */
export const readBytes: ReadValue = (bytes) => Uint8Array.from(bytes);

/** Text of a code page; of one that nobody knows, no bytes are text. */
export function codePageReader(number: number | undefined): ReadValue {
  const page = number === undefined ? undefined : codePage(number);
  return (bytes) => page?.decode(bytes);
}

/** Text of char, varchar and text columns in their own code page (`bcp -n`). */
export function collationReader(collation: string): ReadValue {
  return codePageReader(parseCollation(collation).codePage);
}

/** Begins the tokens of [MS-BINXML] 2.2, which are no text. */
const binaryXmlMark = Buffer.from([0xdf, 0xff]);

/** UTF-16LE with or without its byte order mark. */
export const readXml: ReadValue = (bytes) => {
  if (bytes.subarray(0, 2).equals(binaryXmlMark)) return undefined;
  const text = readUtf16(bytes);
  return typeof text === "string" && text.startsWith("\uFEFF") ? text.slice(1) : text;
};

export const readGuid: ReadValue = (bytes) => (bytes.length === 16 ? guidText(bytes) : undefined);
