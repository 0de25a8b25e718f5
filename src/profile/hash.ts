/**
 * A 53-bit hash of a text, and whether the text is ASCII: one pass over every cell of an export. The hash is cyrb53 (public domain,
 * https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js): the same on every machine.
 */

export class TextHash {
  /** Between 1 and 2^53 - 1. */
  value = 1;
  isAscii = true;

  /** Fills the fields; one object serves all cells. */
  of(text: string): void {
    let high = 0xdeadbeef;
    let low = 0x41c6ce57;
    let all = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      all |= code;
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    this.isAscii = all < 0x80;
    this.value = mixed(high, low);
  }
}

/** Of two hashes, in their order. */
export function joinHashes(left: number, right: number): number {
  const high = Math.imul((left % 0x1_0000_0000) ^ 0x9e3779b9, 2654435761) ^ (right / 0x20_0000);
  const low = Math.imul(right % 0x1_0000_0000, 1597334677) ^ (left / 0x20_0000);
  return mixed(high, low);
}

function mixed(first: number, second: number): number {
  let high = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  let low = Math.imul(second ^ (second >>> 16), 2246822507);
  low ^= Math.imul(high ^ (high >>> 13), 3266489909);
  high ^= low >>> 15;
  return 0x1_0000_0000 * (0x1f_ffff & low) + (high >>> 0) || 1;
}
