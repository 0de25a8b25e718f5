/** The footer of a parquet file: its schema, and where its row groups are (https://parquet.apache.org/docs/file-format/). */
import type { FileHandle } from "node:fs/promises";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { UserError } from "../../errors.ts";
import { Malformed, reasonOf } from "./malformed.ts";
import { ThriftReader, type ThriftStruct } from "./thrift.ts";

/** Length and magic at the end. */
const tailSize = 8;
const longestFooter = 1 << 29;
const magic = "PAR1";
const encryptedMagic = "PARE";
/** FileMetaData.encryption_algorithm: the footer is plain, some of the columns are not. */
const encryptionField = 8;

export interface Footer {
  readonly metadata: FileMetaData;
  /** Some columns are encrypted. */
  readonly isEncrypted: boolean;
}

/** Statistics are of no use here; as they may be damaged, they are not looked at. */
const asTheyStand = {
  stringFromBytes: (bytes: Uint8Array) => bytes,
  dateFromDays: (days: number) => days,
  timestampFromMilliseconds: (ticks: bigint) => ticks,
  timestampFromMicroseconds: (ticks: bigint) => ticks,
  timestampFromNanoseconds: (ticks: bigint) => ticks,
};

/** Throws UserError for a file that is no parquet or is encrypted, Malformed for one whose footer is damaged or missing. */
export async function readFooter(handle: FileHandle, size: number, name: string): Promise<Footer> {
  const head = Buffer.from(await readAt(handle, 0, magic.length));
  const tail = Buffer.from(await readAt(handle, Math.max(0, size - tailSize), tailSize));
  const [first, last] = [head.toString("latin1"), tail.subarray(-magic.length).toString("latin1")];
  if (first === encryptedMagic || last === encryptedMagic) throw encrypted(name);
  if (first !== magic && last !== magic) throw noParquet(name);
  if (last !== magic || size < magic.length + tailSize)
    throw new Malformed("the file is cut short: its footer is missing");
  const length = tail.readUInt32LE(0);
  if (length > size - tailSize || length > longestFooter) throw new Malformed("its footer is longer than the file");
  const footer = Buffer.concat([Buffer.from(await readAt(handle, size - tailSize - length, length)), tail]);
  return parse(footer, length);
}

function parse(footer: Buffer, length: number): Footer {
  try {
    // First with the strict reader: the other one trusts lengths.
    const fields: ThriftStruct = new ThriftReader(footer.subarray(0, length)).struct();
    const metadata = parquetMetadata(new Uint8Array(footer), { geoparquet: false, parsers: asTheyStand });
    return { metadata, isEncrypted: fields.has(encryptionField) };
  } catch (error) {
    throw new Malformed(`its footer is damaged: ${reasonOf(error)}`, error);
  }
}

/** As many bytes as there are, in a buffer of their own. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<ArrayBuffer> {
  const buffer = new ArrayBuffer(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(new Uint8Array(buffer), done, length - done, position + done);
    if (bytesRead === 0) return buffer.slice(0, done);
    done += bytesRead;
  }
  return buffer;
}

function encrypted(file: string): UserError {
  return new UserError({
    what: "the parquet file is encrypted",
    remedy: "Have the program that wrote it write a copy without encryption, and name that in the recipe",
    where: { file },
  });
}

function noParquet(file: string): UserError {
  return new UserError({
    what: "the file is no parquet: it neither begins nor ends with PAR1",
    remedy: "Correct the source's `path`, or its `extractor`",
    where: { file },
  });
}
