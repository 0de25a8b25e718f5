/**
 * Text files of any encoding, plain or gzipped, as a stream of chunks that lose no byte: what does not decode is
 * carried as U+DC80…U+DCFF, one a byte, and can be turned back (GOTCHAS 35). Never U+FFFD.
 */
import { Fault } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";

export interface TextChunk {
  readonly text: string;
  /** The encoding in use, as iconv-lite names it. */
  readonly encoding: string;
  /** How it was settled: the recipe, a byte order mark, or the default. */
  readonly settledBy: "declared" | "bom" | "default";
  /** Bytes of the file as it lies (compressed) that were read so far, for progress. */
  readonly bytesRead: number;
}

export interface TextOptions {
  /** As the recipe declares it; without it a byte order mark decides, else UTF-8. */
  readonly encoding?: string | undefined;
  readonly signal?: AbortSignal;
}

/** Streams a file's text; the byte order mark is taken off. Throws UserError for an unknown encoding. */
export async function* readText(_file: EvidenceFile, _options: TextOptions): AsyncGenerator<TextChunk> {
  throw new Fault("to be written");
}

/** Does the text carry bytes that did not decode? */
export function hasUndecodable(_text: string, _encoding: string): boolean {
  throw new Fault("to be written");
}

/** The exact bytes that the text was decoded from. */
export function toBytes(_text: string, _encoding: string): Uint8Array {
  throw new Fault("to be written");
}
