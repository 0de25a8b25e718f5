/** Size and hash of a file, of one and the same reading. */
import { createHash } from "node:crypto";
import fs from "node:fs";

export interface Digest {
  readonly bytes: number;
  /** Hexadecimal, small letters. */
  readonly sha256: string;
}

const chunkBytes = 1 << 20;

/** Whatever its size: a file is read piece by piece. Throws what the file system does. */
export function digestOf(file: string): Digest {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const descriptor = fs.openSync(file, "r");
  let bytes = 0;
  try {
    for (let read = 1; read > 0;) {
      read = fs.readSync(descriptor, buffer, 0, chunkBytes, null);
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
  } finally {
    fs.closeSync(descriptor);
  }
  return { bytes, sha256: hash.digest("hex") };
}
