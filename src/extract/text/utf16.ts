import type { Decoder, FinalText, TextEncoding } from "./encoding.ts";

class Utf16Decoder implements Decoder {
  readonly #bigEndian: boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  get held(): number {
    return this.#rest.length;
  }

  write(bytes: Buffer): string {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % 2);
    this.#rest = Buffer.from(all.subarray(whole));
    return swapIf(this.#bigEndian, all.subarray(0, whole)).toString("utf16le");
  }

  end(): FinalText {
    const [oddByte] = this.#rest;
    this.#rest = Buffer.alloc(0);
    return oddByte === undefined ? { text: "" } : { text: "", oddByte };
  }
}

function swapIf(bigEndian: boolean, bytes: Buffer): Buffer {
  return bigEndian ? bytes.swap16() : bytes;
}

/** Every code unit is legal data here, a lone surrogate too: SQL Server stores it. */
export function utf16(bigEndian: boolean): TextEncoding {
  return {
    decoder: () => new Utf16Decoder(bigEndian),
    toBytes: (text) => swapIf(bigEndian, Buffer.from(text, "utf16le")),
    hasUndecodable: () => false,
  };
}
