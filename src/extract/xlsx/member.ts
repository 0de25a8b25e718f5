/** The content of a member of a zip archive, held to what the archive says of it. */
import { pipeline, type Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";

/** Compression methods, APPNOTE 4.4.5. */
const [stored, deflated] = [0, 8];
/** With zlib's own 16 KiB the reader would wait eight times as often. */
const chunkSize = 128 * 1024;

/** Streams a member. A damaged one gives what came, then throws. */
export async function* readMember(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  if (entry.compressionMethod !== stored && entry.compressionMethod !== deflated)
    throw new Error(`it is compressed by method ${entry.compressionMethod}, which workbooks do not use`);
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  const content = entry.compressionMethod === stored ? packed : inflated(packed);
  try {
    yield* checked(content, entry);
  } finally {
    content.destroy();
    packed.destroy();
  }
}

function inflated(packed: Readable): Readable {
  // Errors of both are thrown where the content is read.
  return pipeline(packed, createInflateRaw({ chunkSize }), () => undefined);
}

async function* checked(content: Readable, { uncompressedSize, crc32: expected }: Entry): AsyncGenerator<Buffer> {
  let [size, checksum] = [0, 0];
  for await (const chunk of content as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > uncompressedSize) throw new Error("it unpacks to more than the archive says");
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (size < uncompressedSize) throw new Error("it unpacks to less than the archive says");
  if (checksum !== expected) throw new Error("its checksum is wrong: some of what was read is damaged");
}
