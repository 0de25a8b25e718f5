/** char, varchar, text and their national forms, and xml. */
import type { SqlType } from "../schema/model.ts";
import { codePage as findCodePage, type CodePage } from "./code-page.ts";
import { Unparsable, type Codec, type RawValue } from "./codec.ts";
import { collationKey, defaultCollation, parseCollation, withoutTrailingBlanks } from "./collation.ts";
import { longerThan, notA } from "./reasons.ts";

/** UTF-16LE as nvarchar holds it, lone surrogates included; undefined for half a unit. */
function fromUtf16(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf16le");
}

function textOf(raw: Exclude<RawValue, Uint8Array>): string {
  if (typeof raw === "string") return raw;
  if (typeof raw === "boolean") return raw ? "1" : "0";
  return String(raw);
}

function limitOf(type: SqlType): number {
  return typeof type.length === "number" ? type.length : Number.POSITIVE_INFINITY;
}

/** Cuts the blanks that exceed the length, as the server does; undefined where more than blanks exceeds it. */
function cutBlanks(text: string, excess: number): string | undefined {
  const kept = text.length - excess;
  return withoutTrailingBlanks(text).length <= kept ? text.slice(0, kept) : undefined;
}

interface Encoding {
  /** In the unit that the type's length counts: UTF-16 units, or bytes of the code page. */
  readonly measure: (text: string) => number;
  readonly decode: (bytes: Uint8Array) => string | undefined;
  readonly firstForeign: (text: string) => string | undefined;
  /** Ends `cannot be held by …`. */
  readonly name: string;
}

const national: Encoding = {
  measure: (text) => text.length,
  decode: fromUtf16,
  firstForeign: () => undefined,
  name: "UTF-16",
};

/** For a collation whose code page is not known: no check, and bytes stay unread. */
const unknown: Encoding = { ...national, decode: () => undefined, name: "an unknown code page" };

function encodingOf(page: CodePage | undefined): Encoding {
  if (page === undefined) return unknown;
  const { byteLength, decode, firstForeign, number } = page;
  return { measure: byteLength, decode, firstForeign, name: `code page ${number}` };
}

const nationalTypes = new Set(["nchar", "nvarchar", "ntext"]);
const paddedTypes = new Set(["char", "nchar"]);

/** Codec of the character types. Without a collation the server's usual default holds. */
export function stringCodec(type: SqlType, collationName: string = defaultCollation): Codec {
  const collation = parseCollation(collationName);
  const page = collation.codePage === undefined ? undefined : findCodePage(collation.codePage);
  const encoding = nationalTypes.has(type.name) ? national : encodingOf(page);
  const limit = limitOf(type);
  const isPadded = paddedTypes.has(type.name);
  const tooLong = longerThan(type);
  const undecodable = new Unparsable(`is bytes that are no text in ${encoding.name}`);

  function fit(whole: string): string | Unparsable {
    const text = isPadded ? withoutTrailingBlanks(whole) : whole;
    const foreign = encoding.firstForeign(text);
    // GOTCHAS 9: the server would put a look-alike or `?` in its place.
    if (foreign !== undefined) return new Unparsable(`cannot be held by ${encoding.name} (${foreign})`);
    if (limit === Number.POSITIVE_INFINITY) return text;
    const excess = encoding.measure(text) - limit;
    return excess <= 0 ? text : (cutBlanks(text, excess) ?? tooLong);
  }

  return {
    type,
    parse(raw) {
      if (!(raw instanceof Uint8Array)) return fit(textOf(raw));
      const text = encoding.decode(raw);
      return text === undefined ? undecodable : fit(text);
    },
    equalityKey: (value) => collationKey(value as string, collation),
    format: (value) => value as string,
  };
}

/**
 * Bytes of xml are read as UTF-16LE, and only where they show it: a byte order mark, or a first character below U+0100.
 * Bytes in another encoding would come out as other text.
 */
function xmlFromBytes(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return fromUtf16(bytes.subarray(2));
  return bytes.length === 0 || bytes[1] === 0 ? fromUtf16(bytes) : undefined;
}

/** Codec of xml: the text as it stands, compared as it stands. */
export function xmlCodec(type: SqlType): Codec {
  const notXml = notA(type);
  return {
    type,
    parse: (raw) => (raw instanceof Uint8Array ? (xmlFromBytes(raw) ?? notXml) : textOf(raw)),
    equalityKey: (value) => value as string,
    format: (value) => value as string,
  };
}
