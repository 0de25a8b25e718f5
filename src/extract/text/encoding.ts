/** What an encoding is to the reader of text files: a decoder that loses no byte, and the way back. */

export interface Decoder {
  /** Bytes given so far that make no whole character yet. */
  readonly held: number;
  /** The text of the next bytes. The buffer may be used again afterwards. */
  write(bytes: Buffer): string;
  /** The text of what is held when no more bytes come. */
  end(): FinalText;
}

export interface FinalText {
  readonly text: string;
  /** UTF-16 only: an odd last byte. It cannot travel in the text, where every code unit is legal data. */
  readonly oddByte?: number;
}

export interface TextEncoding {
  decoder(): Decoder;
  toBytes(text: string): Buffer;
  hasUndecodable(text: string): boolean;
}
