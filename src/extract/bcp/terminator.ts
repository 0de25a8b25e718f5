/** Finds what ends a field among its bytes. */

/** In these encodings a byte below 0x80 may be the second half of a character. */
const doubleByte =
  /^(?:cp|windows-?|ms)?(?:932|936|949|950)$|^(?:shift_?jis|sjis|gbk|gb2312|gb18030|big5(?:-?hkscs)?|euc-?kr)$/i;
const isShiftJis = /932|jis/i;
const firstTrail = 0x30;

export class Terminator {
  readonly bytes: Buffer;
  /** Bytes of a character: where it can begin. */
  readonly unit: 1 | 2;
  /** Its bytes as latin1. */
  readonly text: string;
  readonly #first: number;
  /** Can its first byte be the second half of a character? */
  readonly #isAmbiguous: boolean;
  readonly #isShiftJis: boolean;

  constructor(bytes: Buffer, unit: 1 | 2, encoding: string) {
    this.bytes = bytes;
    this.unit = unit;
    this.text = bytes.toString("latin1");
    this.#first = bytes[0] ?? 0;
    this.#isAmbiguous = unit === 1 && (bytes[0] ?? 0) >= firstTrail && doubleByte.test(encoding);
    this.#isShiftJis = isShiftJis.test(encoding);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Where the first one begins in text that begins at `from`, looked for from `at`; -1 where none does. */
  find(bytes: Buffer, from: number, at = from): number {
    if (this.#isAmbiguous) return this.#findByCharacters(bytes, from, at);
    // A search for one byte is several times as fast as one for a buffer.
    for (let found = bytes.indexOf(this.#first, at); found >= 0; found = bytes.indexOf(this.#first, found + 1))
      if ((found - from) % this.unit === 0 && this.#stands(bytes, found)) return found;
    return -1;
  }

  #findByCharacters(bytes: Buffer, from: number, at: number): number {
    for (let next = from; next < bytes.length; next += this.#isLead(bytes[next] ?? 0) ? 2 : 1)
      if (next >= at && bytes[next] === this.#first && this.#stands(bytes, next)) return next;
    return -1;
  }

  #stands(bytes: Buffer, at: number): boolean {
    for (let index = 1; index < this.bytes.length; index++) if (bytes[at + index] !== this.bytes[index]) return false;
    return true;
  }

  #isLead(byte: number): boolean {
    return this.#isShiftJis
      ? (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc)
      : byte >= 0x81 && byte <= 0xfe;
  }
}
