/** What streams of bytes are made of. */

export interface ByteChunk {
  /** Valid until the next chunk is asked for. */
  readonly bytes: Buffer;
  /** Bytes of the file, or of the archive's member, as it lies (compressed) that were read so far. */
  readonly bytesRead: number;
  /** On the last chunk: why the content ends before its own end, or may be damaged. */
  readonly cut?: string;
}

/** Larger chunks make strings that V8 keeps among its large objects: no faster, and memory grows with the file. */
export const chunkSize = 64 * 1024;
