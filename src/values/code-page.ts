/** Which characters a code page holds, and in how many bytes: exact, without the best fit that the server would make. */
import iconv from "iconv-lite";
import { isAscii } from "./collation.ts";

export interface CodePage {
  readonly number: number;
  /** The first character that the code page cannot hold, as `U+XXXX`; undefined where it holds all. */
  readonly firstForeign: (text: string) => string | undefined;
  /** Bytes of a text that the code page holds. */
  readonly byteLength: (text: string) => number;
  /** The text of the bytes; undefined where they are none of this code page. */
  readonly decode: (bytes: Uint8Array) => string | undefined;
}

const replacement = "\uFFFD";
const doubleByte = new Set([932, 936, 949, 950]);

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function firstWhere(text: string, isForeign: (character: string) => boolean): string | undefined {
  for (const character of text) if (isForeign(character)) return codePointName(character);
  return undefined;
}

/** Byte to character. Windows maps bytes of 0x80–0x9F that a code page leaves undefined to U+0080–U+009F, and so does the server. */
function singleByteTable(encoding: string): readonly string[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const character = iconv.decode(Buffer.from([byte]), encoding);
    return character === replacement && byte >= 0x80 && byte < 0xa0 ? String.fromCharCode(byte) : character;
  });
}

function singleBytePage(number: number, encoding: string): CodePage {
  const table = singleByteTable(encoding);
  const held = new Set(table.filter((character) => character !== replacement));
  return {
    number,
    firstForeign: (text) => (isAscii(text) ? undefined : firstWhere(text, (character) => !held.has(character))),
    byteLength: (text) => text.length,
    decode(bytes) {
      const text = Array.from(bytes, (byte) => table[byte] ?? replacement).join("");
      return text.includes(replacement) ? undefined : text;
    },
  };
}

function doubleBytePage(number: number, encoding: string): CodePage {
  const known = new Map<string, boolean>();

  function isForeign(character: string): boolean {
    let foreign = known.get(character);
    if (foreign === undefined) {
      foreign = iconv.decode(iconv.encode(character, encoding), encoding) !== character;
      known.set(character, foreign);
    }
    return foreign;
  }

  return {
    number,
    firstForeign: (text) => (isAscii(text) ? undefined : firstWhere(text, isForeign)),
    byteLength: (text) => (isAscii(text) ? text.length : iconv.encode(text, encoding).length),
    decode(bytes) {
      const text = iconv.decode(Buffer.from(bytes), encoding);
      return iconv.encode(text, encoding).equals(bytes) ? text : undefined;
    },
  };
}

const loneSurrogate = /^\p{Cs}$/u;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const utf8Page: CodePage = {
  number: 65001,
  firstForeign: (text) => (isAscii(text) ? undefined : firstWhere(text, (character) => loneSurrogate.test(character))),
  byteLength: (text) => Buffer.byteLength(text),
  decode(bytes) {
    try {
      return strictUtf8.decode(bytes);
    } catch {
      return undefined;
    }
  },
};

function makePage(number: number): CodePage | undefined {
  if (number === utf8Page.number) return utf8Page;
  const encoding = `cp${number}`;
  if (!iconv.encodingExists(encoding)) return undefined;
  return doubleByte.has(number) ? doubleBytePage(number, encoding) : singleBytePage(number, encoding);
}

const pages = new Map<number, CodePage | undefined>();

/** Made once a code page; undefined for one that iconv-lite does not know. */
export function codePage(number: number): CodePage | undefined {
  if (!pages.has(number)) pages.set(number, makePage(number));
  return pages.get(number);
}
