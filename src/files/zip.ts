/** Members of a zip archive, streamed, with what came out of a damaged one. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
import { crc32, createInflateRaw } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { UserError } from "../errors.ts";

/** The first bytes of an archive that has members. */
export const zipMark = Buffer.from("PK\u0003\u0004", "latin1");

export interface ZipMember {
  /** With forward slashes, as the archive has it. */
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  /** Bytes that it has in the archive. */
  readonly packedSize: number;
}

export interface MemberChunk {
  readonly bytes: Buffer;
  /** Bytes of the archive that were read for the member so far. */
  readonly packedRead: number;
  /** On the last chunk: what is wrong with the member. */
  readonly damage?: string;
}

export interface Zip {
  readonly members: readonly ZipMember[];
  read(member: ZipMember): AsyncGenerator<MemberChunk>;
  close(): void;
}

const stored = 0;
const deflated = 8;

/** Throws UserError (where: `name`) for what is no archive, or one that is cut short, and for members that lead out of it. */
export async function openZip(path: string, name: string): Promise<Zip> {
  const found = new Map<ZipMember, Entry>();
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { autoClose: false, lazyEntries: true });
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith("/")) found.set(memberOf(entry), entry);
  } catch (cause) {
    zip?.close();
    throw unreadable(name, cause);
  }
  const archive = zip;
  return {
    members: [...found.keys()],
    read: (member) => readEntry(archive, found.get(member) as Entry),
    close: () => archive.close(),
  };
}

function memberOf({ fileName, uncompressedSize, compressedSize }: Entry): ZipMember {
  return { name: fileName, size: uncompressedSize, packedSize: compressedSize };
}

function unreadable(name: string, cause: unknown): UserError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const isCut = /end of central directory/i.test(message);
  return new UserError({
    what: isCut
      ? "the archive has no table of contents: it is cut short, or no zip archive at all"
      : `the archive cannot be read (${message})`,
    remedy: "Take a whole copy of the file",
    where: { file: name },
    cause,
  });
}

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<MemberChunk> {
  const refusal = refusalOf(entry);
  if (refusal === undefined) yield* readContent(zip, entry);
  else yield broken(refusal, 0);
}

function refusalOf(entry: Entry): string | undefined {
  if (entry.isEncrypted()) return "it is encrypted";
  const { compressionMethod: method } = entry;
  return method === stored || method === deflated
    ? undefined
    : `it is compressed by method ${method}, which is not known`;
}

async function* readContent(zip: ZipFile, entry: Entry): AsyncGenerator<MemberChunk> {
  const check = new MemberCheck(entry);
  let packedRead = 0;
  let failure: string | undefined;
  const packed = packedBytes(zip, entry, (read) => void (packedRead = read));
  try {
    for await (const bytes of entry.compressionMethod === deflated ? inflate(packed) : packed) {
      check.take(bytes);
      if (check.isTooLong) break;
      yield { bytes, packedRead };
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const damage = failure ?? check.finding();
  if (damage !== undefined) yield broken(damage, packedRead);
}

function broken(damage: string, packedRead: number): MemberChunk {
  return { bytes: Buffer.alloc(0), packedRead, damage };
}

async function* packedBytes(zip: ZipFile, entry: Entry, report: (read: number) => void): AsyncGenerator<Buffer> {
  const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  let read = 0;
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    report((read += bytes.length));
    yield bytes;
  }
}

/** Drives the inflater by hand: a pipeline would throw away what came out before the damage. */
async function* inflate(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw();
  const pieces: Buffer[] = [];
  let failure: Error | undefined;
  const failed = new Promise<void>((resolve) => {
    inflater.on("error", (error) => {
      failure = error;
      resolve();
    });
  });
  inflater.on("data", (piece: Buffer) => pieces.push(piece));
  // Where bytes follow the last block it comes before all are written.
  const ended = new Promise<void>((resolve) => void inflater.once("end", resolve));
  try {
    for await (const bytes of packed) {
      await Promise.race([failed, new Promise<void>((resolve) => void inflater.write(bytes, () => resolve()))]);
      yield* pieces.splice(0);
      if (failure !== undefined) throw failure;
    }
    inflater.end();
    await Promise.race([failed, ended]);
    yield* pieces.splice(0);
    if (failure !== undefined) throw failure;
  } finally {
    inflater.close();
  }
}

/** What the archive says of the content: its length and its checksum. */
class MemberCheck {
  readonly #entry: Entry;
  #length = 0;
  #checksum = 0;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  take(bytes: Buffer): void {
    this.#length += bytes.length;
    this.#checksum = crc32(bytes, this.#checksum);
  }

  get isTooLong(): boolean {
    return this.#length > this.#entry.uncompressedSize;
  }

  finding(): string | undefined {
    const { uncompressedSize, crc32: expected } = this.#entry;
    if (this.isTooLong) return `it has more than the ${uncompressedSize} bytes that the archive says`;
    if (this.#length < uncompressedSize) return `it ends after ${this.#length} of its ${uncompressedSize} bytes`;
    return this.#checksum === expected ? undefined : "its bytes do not have the checksum that the archive says";
  }
}
