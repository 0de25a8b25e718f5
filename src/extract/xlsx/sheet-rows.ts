/** Streams the rows of a sheet, and what else its part says. */
import { parseRange, type CellRange } from "./cell-name.ts";
import type { Parts } from "./parts.ts";
import { SheetParser, type SheetRow } from "./sheet-parser.ts";
import { TailFinder } from "./tail-finder.ts";
import { type Attributes, encodingOf, XmlReader, XmlText } from "./xml.ts";

/** What stands behind the rows. */
export interface SheetTail {
  readonly merged: readonly CellRange[];
  /** The range that a filter hides rows of. */
  readonly filter: string | undefined;
}

export interface SheetRows {
  readonly rows: readonly SheetRow[];
  /** Bytes of the decompressed part that were read so far. */
  readonly bytesRead: number;
  /** With the last ones: why the sheet ends before its own end. */
  readonly cut?: string;
}

/**
 * Reads what stands behind the rows, without parsing those: which cells are merged has to be known before the rows are read.
 * What cannot be read is told by {@link readRows}, which reads the part again.
 */
export async function readTail(parts: Parts, part: string, signal: AbortSignal): Promise<SheetTail> {
  const merged: CellRange[] = [];
  let filter: string | undefined;
  const open = (name: string, { ref = "" }: Attributes): void => {
    const range = name === "mergeCell" ? parseRange(ref) : undefined;
    if (range !== undefined) merged.push(range);
    if (name === "autoFilter") filter = ref;
  };
  try {
    const tail = await tailOf(parts.open(part), signal);
    const reader = new XmlReader({ open, fault: () => undefined }, true);
    reader.write(tail);
    reader.end();
  } catch {
    signal.throwIfAborted();
  }
  return { merged, filter };
}

/** The text behind the tag that closes the rows. */
async function tailOf(chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<string> {
  let finder: TailFinder | undefined;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    finder ??= new TailFinder(encodingOf(chunk));
    finder.write(chunk);
  }
  return finder?.text ?? "";
}

/** Reads the rows that can be read. */
export async function* readRows(
  parts: Parts,
  part: string,
  parser: SheetParser,
  signal: AbortSignal,
): AsyncGenerator<SheetRows> {
  const reader = new XmlReader(parser);
  const text = new XmlText();
  let bytesRead = 0;
  let cut: string | undefined;
  try {
    for await (const chunk of parts.open(part)) {
      signal.throwIfAborted();
      bytesRead += chunk.length;
      reader.write(text.write(chunk));
      const rows = parser.take();
      if (rows.length > 0) yield { rows, bytesRead };
    }
    reader.write(text.end());
    reader.end();
  } catch (error) {
    signal.throwIfAborted();
    cut = error instanceof Error ? error.message : String(error);
  }
  if (!parser.isEnded) cut ??= parser.damage ?? "its rows have no end";
  yield { rows: parser.finish(), bytesRead, ...(cut === undefined ? {} : { cut }) };
}
