/** Millions of strings in little memory: as bytes in pages, outside of the JavaScript heap. */

const pageSize = 4 << 20;
const firstCapacity = 1024;

export class StringTable {
  #pages: Buffer[] = [];
  #used = pageSize;
  /** Page, offset and length of each string. */
  #places = new Uint32Array(firstCapacity * 3);
  #count = 0;
  #bytes = 0;
  /** UTF-8 cannot hold them. */
  readonly #illFormed = new Map<number, string>();
  readonly #faulty = new Set<number>();

  get count(): number {
    return this.#count;
  }

  /** Of all strings together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The string that is added next is not what the file meant. */
  markFaulty(): void {
    this.#faulty.add(this.#count);
  }

  isFaulty(index: number): boolean {
    return this.#faulty.has(index);
  }

  add(text: string): void {
    if (!text.isWellFormed()) this.#illFormed.set(this.#count, text);
    const length = Buffer.byteLength(text);
    const page = this.#pageFor(length);
    page.write(text, this.#used, "utf8");
    this.#places = grown(this.#places, this.#count * 3 + 3);
    this.#places.set([this.#pages.length - 1, this.#used, length], this.#count * 3);
    this.#used += length;
    this.#bytes += length;
    this.#count++;
  }

  /** Undefined where there is no string of that number. */
  get(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined;
    const [page = 0, offset = 0, length = 0] = this.#places.subarray(index * 3, index * 3 + 3);
    const found = this.#illFormed.size === 0 ? undefined : this.#illFormed.get(index);
    return found ?? this.#pages[page]?.toString("utf8", offset, offset + length);
  }

  #pageFor(length: number): Buffer {
    const page = this.#pages.at(-1);
    if (page !== undefined && this.#used + length <= page.length) return page;
    const fresh = Buffer.allocUnsafeSlow(Math.max(pageSize, length));
    this.#pages.push(fresh);
    this.#used = 0;
    return fresh;
  }
}

function grown(places: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= places.length) return places;
  const larger = new Uint32Array(places.length * 2);
  larger.set(places);
  return larger;
}
