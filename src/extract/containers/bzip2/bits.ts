/** Bits of a buffer that grows at its end, the most significant one first. */

/** Thrown where the bits that are there do not suffice. */
export const outOfInput = new Error("out of input");

export class BitReader {
  #bytes: Buffer = Buffer.alloc(0);
  /** The byte that comes next. */
  #at = 0;
  /** Bits that were taken from the bytes and not from here; the lowest {@link #held} of them count. */
  #bits = 0;
  #held = 0;
  #mark = { at: 0, bits: 0, held: 0 };

  /** Adds a copy of `bytes`; what lies before the mark is given up. */
  append(bytes: Buffer): void {
    const dropped = this.#mark.at;
    this.#bytes = Buffer.concat([this.#bytes.subarray(dropped), bytes]);
    this.#at -= dropped;
    this.#mark.at = 0;
  }

  /** Whole bytes behind the mark. */
  get waiting(): number {
    return this.#bytes.length - this.#mark.at;
  }

  /** All that is not read yet, from the next whole byte on. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at - Math.floor(this.#held / 8));
  }

  mark(): void {
    this.#mark = { at: this.#at, bits: this.#bits, held: this.#held };
  }

  /** Back to the mark. */
  reset(): void {
    ({ at: this.#at, bits: this.#bits, held: this.#held } = this.#mark);
  }

  /** The next `count` bits, 24 at most, as a number. Throws {@link outOfInput}. */
  take(count: number): number {
    while (this.#held < count) {
      if (this.#at >= this.#bytes.length) throw outOfInput;
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at++] as number);
      this.#held += 8;
    }
    this.#held -= count;
    return (this.#bits >>> this.#held) & ((1 << count) - 1);
  }

  take32(): number {
    return (this.take(16) << 16) | this.take(16);
  }

  /** The next 20 bits without taking them; zeros stand for those behind the end. */
  peek20(): number {
    while (this.#held < 20) {
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at] ?? 0);
      this.#at++;
      this.#held += 8;
    }
    return (this.#bits >>> (this.#held - 20)) & 0xfffff;
  }

  /** Takes `count` of the bits that {@link peek20} showed. Throws {@link outOfInput} where they are behind the end. */
  skip(count: number): void {
    this.#held -= count;
    if (this.#at <= this.#bytes.length) return;
    for (; this.#at > this.#bytes.length && this.#held >= 8; this.#held -= 8) {
      this.#bits >>>= 8;
      this.#at--;
    }
    if (this.#at > this.#bytes.length) throw outOfInput;
  }

  /** On to the next whole byte. */
  align(): void {
    this.#held -= this.#held % 8;
  }
}
