/** Single-byte code pages both ways. */
import { Fault } from "../../errors.ts";
import { codePage } from "../code-page.ts";

interface Page {
  readonly characters: readonly string[];
  readonly bytes: ReadonlyMap<string, number>;
}

const pages = new Map<number, Page>();

function makePage(number: number): Page {
  const known = codePage(number);
  if (known === undefined) throw new Fault(`iconv-lite does not know code page ${number}`);
  const characters = Array.from({ length: 256 }, (_, byte) => known.decode(Uint8Array.of(byte)) ?? "\uFFFD");
  return { characters, bytes: new Map(characters.map((character, byte) => [character, byte])) };
}

function pageOf(number: number): Page {
  const made = pages.get(number) ?? makePage(number);
  pages.set(number, made);
  return made;
}

/** Undefined where the code page lacks a character. */
export function encodeText(text: string, number: number): Uint8Array | undefined {
  const { bytes } = pageOf(number);
  const encoded = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = bytes.get(text.charAt(at));
    if (byte === undefined) return undefined;
    encoded[at] = byte;
  }
  return encoded;
}

/** Every byte is a character; those that Windows leaves undefined are controls (U+0080–U+009F). */
export function decodeBytes(bytes: Uint8Array, number: number): string {
  const { characters } = pageOf(number);
  let text = "";
  for (const byte of bytes) text += characters[byte];
  return text;
}
