/**
 * How bytes that do not decode travel inside a string: byte b as the lone surrogate U+DC00 + b, the way of Python's
 * "surrogateescape" (PEP 383). Well-formed text has no lone surrogate, so they are told apart from characters.
 */

/** With the `u` flag a surrogate class matches lone surrogates only, never half of a pair. */
const carriedByte = /[\uDC00-\uDCFF]/u;
const carriedBytes = /[\uDC00-\uDCFF]+/gu;
const carryBase = 0xdc00;

export function carryByte(byte: number): string {
  return String.fromCharCode(carryBase + byte);
}

export function hasCarriedBytes(text: string): boolean {
  return carriedByte.test(text);
}

/** Turns text back into bytes: carried bytes as they were, the text between them by `encode`. */
export function restoreBytes(text: string, encode: (text: string) => Buffer): Buffer {
  if (!hasCarriedBytes(text)) return encode(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(carriedBytes)) {
    parts.push(encode(text.slice(from, match.index)), Buffer.from(match[0], "latin1"));
    from = match.index + match[0].length;
  }
  parts.push(encode(text.slice(from)));
  return Buffer.concat(parts);
}
