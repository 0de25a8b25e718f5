/** The bytes of a file as a stream, unzipped where they are gzipped (told by the magic bytes, never by the name). */
import fs from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";

export interface ByteChunk {
  /** Valid until the next chunk is asked for. */
  readonly bytes: Buffer;
  /** Bytes of the file as it lies (compressed) that were read so far. */
  readonly bytesRead: number;
  /** On the last chunk: why the file's content ends before its own end. */
  readonly cut?: string;
}

/** Larger chunks make strings that V8 keeps among its large objects: no faster, and memory grows with the file. */
const readSize = 64 * 1024;
/** CRC-32 and length close a gzip member (RFC 1952, 2.3). */
const gzipTrailerSize = 8;

async function* readPlain(file: EvidenceFile, size: number): AsyncGenerator<ByteChunk> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(size);
    for (let bytesRead = 0; ;) {
      const { bytesRead: length } = await handle.read(buffer, 0, size, null);
      if (length === 0) return;
      bytesRead += length;
      yield { bytes: buffer.subarray(0, length), bytesRead };
    }
  } finally {
    await handle.close();
  }
}

async function open(file: EvidenceFile): Promise<fs.FileHandle> {
  try {
    return await fs.open(file.path, "r");
  } catch (cause) {
    const what = `the file cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new UserError({ what, remedy: "Check that it is there and may be read", where: { file: file.name }, cause });
  }
}

/** Drives a Gunzip by hand: a pipeline would throw away what came out before the damage. */
class Unzipper {
  readonly #gunzip: Gunzip = createGunzip();
  #pieces: Buffer[] = [];
  #damage: string | undefined;
  /** A write that fails, or comes after the end, never calls back; this settles in its place. Zeros behind the last member end it early. */
  readonly #over: Promise<void>;

  constructor() {
    this.#gunzip.on("data", (piece: Buffer) => this.#pieces.push(piece));
    this.#over = new Promise((resolve) => {
      this.#gunzip.once("end", resolve);
      this.#gunzip.on("error", (error) => {
        this.#damage ??= error.message;
        resolve();
      });
    });
  }

  get damage(): string | undefined {
    return this.#damage;
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#damage !== undefined) return;
    const written = new Promise<void>((resolve) => {
      this.#gunzip.write(bytes, () => resolve());
    });
    await Promise.race([written, this.#over]);
  }

  async end(): Promise<void> {
    if (this.#damage !== undefined) return;
    this.#gunzip.end();
    await this.#over;
  }

  take(): Buffer {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes;
  }

  close(): void {
    this.#gunzip.close();
  }
}

/**
 * The last bytes go in by themselves: when only the checksum is wrong, everything before it has come out by then.
 * A damaged block in the middle takes with it at most the 16 KiB that zlib had not handed over.
 */
async function* unzip(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  const unzipper = new Unzipper();
  try {
    let trailer: Buffer = Buffer.alloc(0);
    let bytesRead = 0;
    for await (const chunk of chunks) {
      const bytes = Buffer.concat([trailer, chunk.bytes]);
      trailer = bytes.subarray(Math.max(0, bytes.length - gzipTrailerSize));
      await unzipper.write(bytes.subarray(0, bytes.length - trailer.length));
      ({ bytesRead } = chunk);
      yield { bytes: unzipper.take(), bytesRead };
      if (unzipper.damage !== undefined) break;
    }
    await unzipper.write(trailer);
    await unzipper.end();
    const cut = unzipper.damage === undefined ? {} : { cut: `the gzip data is damaged (${unzipper.damage})` };
    yield { bytes: unzipper.take(), bytesRead, ...cut };
  } finally {
    unzipper.close();
  }
}

async function isGzip(file: EvidenceFile): Promise<boolean> {
  for await (const { bytes } of readPlain(file, 2)) return bytes[0] === 0x1f && bytes[1] === 0x8b;
  return false;
}

/** Do its bytes lie in the file as they are? */
export async function isStoredPlain(file: EvidenceFile): Promise<boolean> {
  return !(await isGzip(file));
}

/** Streams a file's bytes, decompressed. Throws UserError where the file cannot be opened. */
export async function* readBytes(file: EvidenceFile): AsyncGenerator<ByteChunk> {
  const chunks = readPlain(file, readSize);
  yield* (await isStoredPlain(file)) ? chunks : unzip(chunks);
}
