import { isAscii } from "node:buffer";
import iconv from "iconv-lite";
import { carryByte, hasCarriedBytes } from "./carry.ts";
import type { Decoder, FinalText, TextEncoding } from "./encoding.ts";

/**
 * Shift_JIS, GBK, GB18030, Big5, EUC-KR and EUC-JP have no character in which a byte below 0x30 is a trail byte, so a
 * text falls into runs at such bytes. A run that does not encode back to its own bytes is carried whole.
 */
const runs = /[\0-\x2F]+|[^\0-\x2F]+/g;
const firstTrailByte = 0x30;

function encode(text: string, name: string): Buffer {
  return iconv.encode(text, name, { addBOM: false });
}

/** The text of the bytes if it leads back to them. */
function decodeExactly(bytes: Buffer, name: string): string | undefined {
  if (isAscii(bytes)) return bytes.toString("latin1");
  const text = iconv.decode(bytes, name, { stripBOM: false });
  return encode(text, name).equals(bytes) ? text : undefined;
}

function carryBytes(bytes: Buffer): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : carryByte(byte))).join("");
}

function decodeRuns(bytes: Buffer, name: string): string {
  return bytes.toString("latin1").replace(runs, (run) => {
    const part = Buffer.from(run, "latin1");
    return decodeExactly(part, name) ?? carryBytes(part);
  });
}

function restoreRuns(text: string, name: string): Buffer {
  if (!hasCarriedBytes(text)) return encode(text, name);
  const parts = text.match(runs) ?? [];
  return Buffer.concat(parts.map((run) => (hasCarriedBytes(run) ? Buffer.from(run, "latin1") : encode(run, name))));
}

/** Bytes up to and with the last one that ends a run. */
function wholeRuns(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) >= firstTrailByte) end--;
  return end;
}

class MultiByteDecoder implements Decoder {
  readonly #name: string;
  #rest: Buffer = Buffer.alloc(0);

  constructor(name: string) {
    this.#name = name;
  }

  get held(): number {
    return this.#rest.length;
  }

  write(bytes: Buffer): string {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = wholeRuns(all);
    this.#rest = Buffer.from(all.subarray(whole));
    return this.#decode(all.subarray(0, whole));
  }

  end(): FinalText {
    const text = this.#decode(this.#rest);
    this.#rest = Buffer.alloc(0);
    return { text };
  }

  #decode(bytes: Buffer): string {
    return decodeExactly(bytes, this.#name) ?? decodeRuns(bytes, this.#name);
  }
}

export function multiByte(name: string): TextEncoding {
  return {
    decoder: () => new MultiByteDecoder(name),
    toBytes: (text) => restoreRuns(text, name),
    hasUndecodable: hasCarriedBytes,
  };
}
