/**
 * Text files of any encoding, plain or gzipped, as a stream of chunks that lose no byte: what does not decode is
 * carried as U+DC80…U+DCFF, one a byte, and can be turned back (GOTCHAS 35). Never U+FFFD.
 */
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import { type ByteChunk, readBytes } from "../containers/bytes.ts";
import type { Decoder } from "./encoding.ts";
import { findEncoding, normalizeEncodingName } from "./encodings.ts";

export interface TextChunk {
  readonly text: string;
  /** The encoding in use, as iconv-lite names it. */
  readonly encoding: string;
  /** How it was settled: the recipe, a byte order mark, or the default. */
  readonly settledBy: "declared" | "bom" | "default";
  /** Bytes of the file as it lies (compressed) that were read so far, for progress. */
  readonly bytesRead: number;
  /** 0-based byte offset in the decompressed file where `text` begins. */
  readonly offset: number;
  /** On the last chunk: why the content ends before its own end. What came before is whole text all the same. */
  readonly cut?: string;
  /** On the last chunk of a UTF-16 file: an odd last byte, which is no part of `text`. `cut` is given too. */
  readonly oddByte?: number;
}

export interface TextOptions {
  /** As the recipe declares it; without it a byte order mark decides, else UTF-8. */
  readonly encoding?: string | undefined;
  readonly signal?: AbortSignal;
}

/** The encoding of a file, and how long its byte order mark is. */
export interface Settled {
  readonly encoding: string;
  readonly settledBy: TextChunk["settledBy"];
  readonly markLength: number;
}

const byteOrderMarks = [
  { encoding: "utf-8", bytes: Buffer.of(0xef, 0xbb, 0xbf) },
  { encoding: "utf-16le", bytes: Buffer.of(0xff, 0xfe) },
  { encoding: "utf-16be", bytes: Buffer.of(0xfe, 0xff) },
] as const;
const longestMark = 3;

function findMark(head: Buffer): (typeof byteOrderMarks)[number] | undefined {
  return byteOrderMarks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
}

/** Does the declared encoding go with the mark? `utf-16` leaves the byte order to it. */
function agrees(declared: string, marked: string): boolean {
  const name = normalizeEncodingName(declared)
    .replace(/^ucs2$/, "utf16le")
    .replace("unicode11", "");
  return name === normalizeEncodingName(marked) || (name === "utf16" && marked.startsWith("utf-16"));
}

const shownBytes = 64;

/** ASCII text in UTF-16: every other byte of the beginning is zero, and none between. */
function unmarkedUtf16(head: Buffer): "utf-16le" | "utf-16be" | undefined {
  const bytes = head.subarray(0, Math.min(shownBytes, head.length - (head.length % 2)));
  if (bytes.length < 4) return undefined;
  if (bytes.every((byte, at) => (byte === 0) === (at % 2 === 1))) return "utf-16le";
  return bytes.every((byte, at) => (byte === 0) === (at % 2 === 0)) ? "utf-16be" : undefined;
}

/** Read as UTF-8 it would be text that means nothing, every record of it. */
function refuseUnmarkedUtf16(file: EvidenceFile, head: Buffer): void {
  const encoding = unmarkedUtf16(head);
  if (encoding === undefined) return;
  throw new UserError({
    what: `the file looks like ${encoding}, and has no byte order mark`,
    remedy: `Declare \`encoding: ${encoding}\` for this source; or utf-8, if the NUL characters are data`,
    where: { file: file.name },
  });
}

/** By the first bytes of the decompressed file. Throws UserError for UTF-16 that nothing declares, and for a mark that contradicts. */
export function settle(file: EvidenceFile, declared: string | undefined, head: Buffer): Settled {
  const mark = findMark(head);
  const markLength = mark?.bytes.length ?? 0;
  if (mark === undefined && declared === undefined) refuseUnmarkedUtf16(file, head);
  if (mark === undefined)
    return { encoding: declared ?? "utf-8", settledBy: declared === undefined ? "default" : "declared", markLength };
  if (declared !== undefined && !agrees(declared, mark.encoding))
    throw new UserError({
      what: `the file begins with the byte order mark of ${mark.encoding}, and its encoding is declared as ${declared}`,
      remedy: `Declare ${mark.encoding} for this file, or leave the encoding out`,
      where: { file: file.name },
    });
  return { encoding: mark.encoding, settledBy: declared === undefined ? "bom" : "declared", markLength };
}

/** Joins the first chunks until they are long enough to show a byte order mark. */
async function* withWholeHead(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  let head: Buffer = Buffer.alloc(0);
  let isShown = false;
  let last: ByteChunk | undefined;
  for await (const chunk of chunks) {
    last = isShown ? chunk : { ...chunk, bytes: Buffer.concat([head, chunk.bytes]) };
    head = Buffer.from(last.bytes.subarray(0, longestMark));
    isShown ||= last.bytes.length >= longestMark;
    if (isShown) yield last;
  }
  if (!isShown && last !== undefined) yield last;
}

/** Decodes one file's chunks, keeping count of where each text begins. */
class ChunkDecoder {
  readonly #settled: Settled;
  readonly #decoder: Decoder;
  #fed = 0;

  constructor(settled: Settled) {
    this.#settled = settled;
    this.#decoder = findEncoding(settled.encoding).decoder();
  }

  write(chunk: ByteChunk): TextChunk {
    const markLength = this.#fed === 0 ? this.#settled.markLength : 0;
    const offset = this.#fed + markLength - this.#decoder.held;
    const text = this.#decoder.write(chunk.bytes.subarray(markLength));
    this.#fed += chunk.bytes.length;
    return this.#chunk(text, offset, chunk.bytesRead);
  }

  /** What is left after the last chunk. */
  end({ bytesRead, cut }: ByteChunk): TextChunk {
    const offset = this.#fed - this.#decoder.held;
    const { text, oddByte } = this.#decoder.end();
    const chunk = this.#chunk(text, offset, bytesRead);
    if (oddByte === undefined) return cut === undefined ? chunk : { ...chunk, cut };
    return { ...chunk, oddByte, cut: cut ?? "the file ends in the middle of a UTF-16 code unit" };
  }

  #chunk(text: string, offset: number, bytesRead: number): TextChunk {
    const { encoding, settledBy } = this.#settled;
    return { text, encoding, settledBy, bytesRead, offset };
  }
}

/**
 * Streams a file's text; the byte order mark is taken off. A file that cannot be read to its end gives what came, and
 * `cut` on its last chunk. An empty file gives no chunk. Throws UserError for an unknown encoding, for one that a byte
 * order mark contradicts, and for a file that cannot be opened.
 */
export async function* readText(file: EvidenceFile, options: TextOptions): AsyncGenerator<TextChunk> {
  if (options.encoding !== undefined) findEncoding(options.encoding, { file: file.name });
  let decoder: ChunkDecoder | undefined;
  let last: ByteChunk | undefined;
  for await (const bytes of withWholeHead(readBytes(file))) {
    options.signal?.throwIfAborted();
    last = bytes;
    decoder ??= new ChunkDecoder(settle(file, options.encoding, bytes.bytes));
    const chunk = decoder.write(bytes);
    if (chunk.text !== "") yield chunk;
  }
  if (decoder === undefined || last === undefined) return;
  const final = decoder.end(last);
  if (final.text !== "" || final.cut !== undefined) yield final;
}

/** Does the text carry bytes that did not decode? In UTF-16 none can: `oddByte` tells of the one case there is. */
export function hasUndecodable(text: string, encoding: string): boolean {
  return findEncoding(encoding).hasUndecodable(text);
}

/** The exact bytes that the text was decoded from (without a byte order mark). */
export function toBytes(text: string, encoding: string): Uint8Array {
  return findEncoding(encoding).toBytes(text);
}
