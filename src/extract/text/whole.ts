/** Bytes that are a whole text by themselves: a field, a line. */
import { findEncoding } from "./encodings.ts";

/** The text of the bytes; undefined where they are none in this encoding. */
export function decodeWhole(bytes: Buffer, encoding: string): string | undefined {
  const found = findEncoding(encoding);
  const decoder = found.decoder();
  // Some decoders turn bytes around in place.
  const begun = decoder.write(encoding.toLowerCase().endsWith("be") ? Buffer.from(bytes) : bytes);
  const { text: rest, oddByte } = decoder.end();
  const text = begun + rest;
  return oddByte !== undefined || found.hasUndecodable(text) ? undefined : text;
}
