/** The records of a file of bytes, one after the other, each with its place; memory does not grow with the file. */
import { type ByteChunk, readBytes } from "../containers/bytes.ts";
import type { EvidenceFile } from "../extractor.ts";
import { ByteArena } from "./byte-arena.ts";
import type { Framing, Verdict } from "./framing.ts";
import { LongRecord } from "./long-record.ts";

export interface ByteRecord {
  /** As it lies in the file; of one that is too long, and of a lost rest, its beginning. */
  readonly bytes: Buffer;
  /** 0-based, in the decompressed file. */
  readonly offset: number;
  /** 1-based. */
  readonly number: number;
  readonly isEnded: boolean;
  readonly verdict: Verdict;
}

export interface RecordChunk {
  readonly records: readonly ByteRecord[];
  /** Bytes of the file as it lies (compressed) that were read so far. */
  readonly bytesRead: number;
  /** On the last chunk: why the file's content ends before its own end. */
  readonly cut?: string;
  /** On the last chunk: records were there that nothing could be told from. */
  readonly lost?: string;
}

/** A record is held in memory as a whole, and a string can have no more than half a gigabyte. */
const longestRecord = 64 * 1024 * 1024;
const tooLong = "it is longer than a record can be (64 MiB): are the terminators right?";
/** No terminator is longer; even, for UTF-16. */
const longestEnd = 64;

/** A record that is too long, or the rest of the file for a reason. */
interface Long {
  readonly record: LongRecord;
  readonly reason?: string;
}

class RecordReader {
  readonly #framing: Framing;
  readonly #arena = new ByteArena();
  #offset: number;
  #number = 0;
  /** A record that is not whole is looked at again when so many bytes are there: each byte a few times, however long it is. */
  #retryAt = 0;
  #long: Long | undefined;
  lost: string | undefined;

  constructor(framing: Framing, offset: number) {
    this.#framing = framing;
    this.#offset = offset;
  }

  write(bytes: Buffer): ByteRecord[] {
    this.#arena.append(bytes);
    return this.#read(false);
  }

  end(): ByteRecord[] {
    const records = this.#read(true);
    if (this.#long !== undefined) records.push(this.#endLong(this.#long));
    return records;
  }

  #read(isFinal: boolean): ByteRecord[] {
    const records: ByteRecord[] = [];
    while (this.#arena.pending > 0) {
      const record = this.#long === undefined ? this.#next(isFinal) : this.#readLong();
      if (record === undefined) break;
      records.push(record);
    }
    return records;
  }

  #next(isFinal: boolean): ByteRecord | undefined {
    const { view, from, pending } = this.#arena;
    if (!isFinal && pending < this.#retryAt) return undefined;
    const framed = this.#framing.next(view, from, isFinal);
    if (framed === undefined) return this.#wait(pending);
    this.#retryAt = 0;
    if ("lost" in framed) return this.#lose(framed.lost);
    return this.#take(this.#arena.take(framed.length), framed.length, framed.isEnded, framed.verdict);
  }

  #wait(pending: number): ByteRecord | undefined {
    this.#retryAt = Math.min(pending * 2, longestRecord + 1);
    if (pending <= longestRecord) return undefined;
    if (this.#framing.findEnd === undefined) return this.#lose("a record longer than 64 MiB");
    this.#long = { record: new LongRecord() };
    return this.#readLong();
  }

  #lose(reason: string): ByteRecord | undefined {
    this.lost = reason;
    this.#long = { record: new LongRecord(), reason };
    return this.#readLong();
  }

  #readLong(): ByteRecord | undefined {
    if (this.#long === undefined) return undefined;
    const { view, from, pending } = this.#arena;
    const isRest = this.#long.reason !== undefined;
    const end = isRest ? -1 : (this.#framing.findEnd?.(view, from) ?? -1);
    // The beginning of what ends it may stand at the end of what is there.
    const unended = isRest ? pending : Math.max(0, (pending - longestEnd) & ~1);
    this.#long.record.add(this.#arena.take(end < 0 ? unended : end - from));
    return end < 0 ? undefined : this.#closeLong(this.#long, true);
  }

  #endLong(long: Long): ByteRecord {
    long.record.add(this.#arena.take(this.#arena.pending));
    return this.#closeLong(long, long.reason !== undefined);
  }

  #closeLong({ record, reason = tooLong }: Long, isEnded: boolean): ByteRecord {
    this.#long = undefined;
    const verdict = { kind: "fault", reason: `${reason} (${record.describe()})` } as const;
    return this.#take(record.kept, record.length, isEnded, verdict);
  }

  #take(bytes: Buffer, length: number, isEnded: boolean, verdict: Verdict): ByteRecord {
    const offset = this.#offset;
    this.#offset += length;
    this.#number++;
    return { bytes, offset, number: this.#number, isEnded, verdict };
  }
}

/** Reads the records; the first `markLength` bytes are none of them. An empty file gives no chunk. */
export async function* readRecords(
  file: EvidenceFile,
  framing: Framing,
  markLength: number,
  signal: AbortSignal,
): AsyncGenerator<RecordChunk> {
  const reader = new RecordReader(framing, markLength);
  let last: ByteChunk | undefined;
  let mark = markLength;
  for await (const chunk of readBytes(file)) {
    signal.throwIfAborted();
    last = chunk;
    const skipped = Math.min(mark, chunk.bytes.length);
    mark -= skipped;
    yield { records: reader.write(chunk.bytes.subarray(skipped)), bytesRead: chunk.bytesRead };
  }
  if (last === undefined) return;
  const { bytesRead, cut } = last;
  const records = reader.end();
  yield { records, bytesRead, ...(cut === undefined ? {} : { cut }), ...lostOf(reader) };
}

function lostOf({ lost }: RecordReader): { lost?: string } {
  return lost === undefined ? {} : { lost };
}

/** The first bytes of the decompressed file, `length` at the most. */
export async function readHead(file: EvidenceFile, length: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let have = 0;
  for await (const { bytes } of readBytes(file)) {
    pieces.push(Buffer.from(bytes.subarray(0, length - have)));
    have += bytes.length;
    if (have >= length) break;
  }
  return Buffer.concat(pieces);
}
