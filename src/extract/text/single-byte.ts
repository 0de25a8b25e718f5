import { isAscii } from "node:buffer";
import iconv from "iconv-lite";
import { Fault } from "../../errors.ts";
import { carryByte, hasCarriedBytes } from "./carry.ts";
import type { Decoder, TextEncoding } from "./encoding.ts";

interface CodePage {
  /** Code unit by byte. */
  readonly units: Uint16Array;
  readonly bytes: ReadonlyMap<number, number>;
  readonly isAsciiSuperset: boolean;
}

/**
 * A byte that the code page leaves undefined is carried, and so is one whose character an earlier byte has already
 * (armscii-8, cp1161): only so does every text turn back into its exact bytes.
 */
function readCodePage(name: string): CodePage {
  const units = new Uint16Array(256);
  const bytes = new Map<number, number>();
  for (let byte = 0; byte < 256; byte++) {
    const character = iconv.decode(Buffer.of(byte), name, { stripBOM: false });
    const unit = character.charCodeAt(0);
    const isOwn = character.length === 1 && character !== "\uFFFD" && !bytes.has(unit);
    const ownUnit = isOwn ? unit : carryByte(byte).charCodeAt(0);
    units[byte] = ownUnit;
    bytes.set(ownUnit, byte);
  }
  return { units, bytes, isAsciiSuperset: units.subarray(0, 128).every((unit, byte) => unit === byte) };
}

function decodeSingleBytes(page: CodePage, bytes: Buffer): string {
  if (page.isAsciiSuperset && isAscii(bytes)) return bytes.toString("latin1");
  const units = new Uint16Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) units[at] = page.units[bytes[at] ?? 0] ?? 0;
  return Buffer.from(units.buffer).toString("utf16le");
}

function encodeSingleBytes(page: CodePage, text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = page.bytes.get(text.charCodeAt(at));
    if (byte === undefined) throw new Fault("text is turned back into bytes under another encoding than its own");
    bytes[at] = byte;
  }
  return bytes;
}

export function singleByte(name: string): TextEncoding {
  const page = readCodePage(name);
  return {
    decoder: (): Decoder => ({
      held: 0,
      write: (bytes) => decodeSingleBytes(page, bytes),
      end: () => ({ text: "" }),
    }),
    toBytes: (text) => encodeSingleBytes(page, text),
    hasUndecodable: hasCarriedBytes,
  };
}
