/** Reads captured files of server rows back. */
import { UserError } from "../../errors.ts";
import type { RawValue } from "../../values/codec.ts";
import { decodeRows } from "../capture/cells.ts";
import { linesOf, readBlocks } from "../capture/lines.ts";
import type { EvidenceFile } from "../extractor.ts";

const newline = 10;

export interface CapturedRows {
  readonly rows: readonly (readonly (RawValue | null)[])[];
  /** 1-based line of the first row in the file. */
  readonly line: number;
  /** The line of a row (its index among `rows`) as it was captured. */
  readonly raw: (row: number) => Buffer;
}

/** Rows in batches of some hundreds or more; the header is left out. Throws UserError for a file that cannot be read. */
export async function* readCaptured(file: EvidenceFile): AsyncGenerator<CapturedRows> {
  let line = 1;
  try {
    for await (const block of readBlocks(file.path)) {
      const header = line === 1 ? block.indexOf(newline) + 1 : 0;
      const body = block.subarray(header);
      const from = line === 1 ? 2 : line;
      const rows = decodeRows(body);
      line = from + rows.length;
      let lines: Buffer[] | undefined;
      if (rows.length > 0) yield { rows, line: from, raw: (row) => (lines ??= linesOf(body))[row] as Buffer };
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError({
      what: `the captured file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      where: { file: file.name, line },
      remedy: "Put it back from a copy, or have the source captured again with `salvage extract --recapture`",
      cause,
    });
  }
}
