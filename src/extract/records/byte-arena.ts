/** Bytes of a stream that were not taken yet. What was handed out stays as it is: nothing is ever written over. */

const firstSize = 256 * 1024;

export class ByteArena {
  #buffer: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  #view: Buffer = this.#buffer;

  /** All that can be looked at; `from` is where the part begins that was not taken yet. */
  get view(): Buffer {
    return this.#view;
  }

  get from(): number {
    return this.#from;
  }

  get pending(): number {
    return this.#to - this.#from;
  }

  append(bytes: Buffer): void {
    if (this.#to + bytes.length > this.#buffer.length) this.#grow(bytes.length);
    bytes.copy(this.#buffer, this.#to);
    this.#to += bytes.length;
    this.#view = this.#buffer.subarray(0, this.#to);
  }

  take(length: number): Buffer {
    const taken = this.#buffer.subarray(this.#from, this.#from + length);
    this.#from += length;
    return taken;
  }

  #grow(length: number): void {
    const rest = this.#buffer.subarray(this.#from, this.#to);
    const next = Buffer.allocUnsafeSlow(Math.max(firstSize, 2 * (rest.length + length)));
    rest.copy(next);
    [this.#buffer, this.#from, this.#to] = [next, 0, rest.length];
  }
}
