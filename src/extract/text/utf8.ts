import { isAscii, isUtf8 } from "node:buffer";
import { carryByte, hasCarriedBytes, restoreBytes } from "./carry.ts";
import type { Decoder, FinalText, TextEncoding } from "./encoding.ts";

/** Lead bytes with the range of the byte that follows them: RFC 3629, section 4. */
function secondByteRange(lead: number): readonly [low: number, high: number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

/** Bytes of the character that a lead byte begins; 0 where none begins so. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function byteAt(bytes: Buffer, index: number): number {
  return bytes[index] ?? 0;
}

/** Length of the well-formed character at `index`; 0 where there is none. */
function characterLength(bytes: Buffer, index: number): number {
  const length = sequenceLength(byteAt(bytes, index));
  if (length < 2) return length;
  const [low, high] = secondByteRange(byteAt(bytes, index));
  const second = byteAt(bytes, index + 1);
  if (second < low || second > high) return 0;
  for (let at = index + 2; at < index + length; at++) if (byteAt(bytes, at) >> 6 !== 0b10) return 0;
  return length;
}

function decodeIllFormed(bytes: Buffer): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    at += Math.max(length, 1);
    if (length > 0) continue;
    text += bytes.toString("utf8", from, at - 1) + carryByte(byteAt(bytes, at - 1));
    from = at;
  }
  return text + bytes.toString("utf8", from);
}

function decodeUtf8(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : decodeIllFormed(bytes);
}

/** Bytes at the end that may be the beginning of a character. */
function unfinishedLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = byteAt(bytes, bytes.length - back);
    if (byte >> 6 !== 0b10) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

class Utf8Decoder implements Decoder {
  #rest: Buffer = Buffer.alloc(0);

  get held(): number {
    return this.#rest.length;
  }

  write(bytes: Buffer): string {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = all.length - unfinishedLength(all);
    this.#rest = Buffer.from(all.subarray(whole));
    return decodeUtf8(all.subarray(0, whole));
  }

  end(): FinalText {
    const text = decodeUtf8(this.#rest);
    this.#rest = Buffer.alloc(0);
    return { text };
  }
}

export const utf8: TextEncoding = {
  decoder: () => new Utf8Decoder(),
  toBytes: (text) => restoreBytes(text, (part) => Buffer.from(part, "utf8")),
  hasUndecodable: hasCarriedBytes,
};
