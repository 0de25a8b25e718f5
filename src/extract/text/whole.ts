/** Bytes that are a whole text by themselves: a field, a line. */
import { isAscii } from "node:buffer";
import { findEncoding } from "./encodings.ts";

/** The text of the bytes; undefined where they are none in the encoding. */
export type DecodeWhole = (bytes: Buffer) => string | undefined;

export interface WholeDecoder {
  readonly decode: DecodeWhole;
  /** Is every ASCII character the byte that it is in ASCII? */
  readonly isAsciiSuperset: boolean;
}

const everyAscii = Buffer.from(Array.from({ length: 128 }, (_, byte) => byte));

/** Make it once a file, not once a field. Throws UserError for an encoding that is not known. */
export function wholeDecoder(encoding: string): WholeDecoder {
  const found = findEncoding(encoding);
  const decode: DecodeWhole = (bytes) => {
    const decoder = found.decoder();
    // Big-endian text is turned around in place.
    const begun = decoder.write(Buffer.from(bytes));
    const { text: rest, oddByte } = decoder.end();
    const text = begun + rest;
    return oddByte !== undefined || found.hasUndecodable(text) ? undefined : text;
  };
  const isAsciiSuperset = decode(everyAscii) === everyAscii.toString("latin1");
  if (!isAsciiSuperset) return { decode, isAsciiSuperset };
  return { decode: (bytes) => (isAscii(bytes) ? bytes.toString("latin1") : decode(bytes)), isAsciiSuperset };
}
