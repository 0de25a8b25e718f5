/** Bytes to numbers and to hex text, both ways. */

/** `0x` and upper-case hex digits, as the server prints binary. */
export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex").toUpperCase()}`;
}

const hexForm = /^0x(?:[0-9a-f]{2})*$/i;

/** The bytes of `0x…` text; undefined where it is anything else, an odd number of digits included. */
export function fromHex(text: string): Uint8Array | undefined {
  return hexForm.test(text) ? Uint8Array.from(Buffer.from(text.slice(2), "hex")) : undefined;
}

/** Unsigned, up to 6 bytes, so that it fits a double. */
export function littleEndian(bytes: Uint8Array, from: number, length: number): number {
  let value = 0;
  for (let at = from + length - 1; at >= from; at--) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

export function littleEndianBig(bytes: Uint8Array, from: number): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= from; at--) value = value * 256n + BigInt(bytes[at] ?? 0);
  return value;
}

/**
 * A two's complement integer of `width` bytes, most significant first, as the server converts binary to integers: fewer
 * bytes are filled up with zeros on the left. Undefined without bytes, or where bytes beyond the width are not zero.
 */
export function bigEndian(bytes: Uint8Array, width: number, signed: boolean): bigint | undefined {
  const beyond = Math.max(bytes.length - width, 0);
  if (bytes.length === 0 || bytes.subarray(0, beyond).some((byte) => byte !== 0)) return undefined;
  let value = 0n;
  for (const byte of bytes.subarray(beyond)) value = value * 256n + BigInt(byte);
  return signed ? BigInt.asIntN(width * 8, value) : value;
}
