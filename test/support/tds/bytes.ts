/** Little-endian bytes in and out. */

export class ByteReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#step(2));
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#step(4));
  }

  i32(): number {
    return this.#bytes.readInt32LE(this.#step(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#step(8));
  }

  take(length: number): Buffer {
    const from = this.#step(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** UTF-16 of so many units. */
  text(units: number): string {
    return this.take(units * 2).toString("utf16le");
  }

  #step(length: number): number {
    if (this.left < length) throw new RangeError(`the message ends ${length - this.left} bytes too early`);
    const from = this.at;
    this.at += length;
    return from;
  }
}

export function u8(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export function i16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16LE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** The lowest `length` bytes of a number that is not negative. */
export function uint(value: bigint, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn)));
}

/** UTF-16 with its length in units before it, in one byte. */
export function shortText(text: string): Buffer {
  return Buffer.concat([u8(text.length), Buffer.from(text, "utf16le")]);
}

/** The same with a length of two bytes. */
export function longText(text: string): Buffer {
  return Buffer.concat([u16(text.length), Buffer.from(text, "utf16le")]);
}
