/** Reads captured files of server rows back. */
import { UserError } from "../../errors.ts";
import type { RawValue } from "../../values/codec.ts";
import { decodeRow } from "../capture/cells.ts";
import { readLines } from "../capture/lines.ts";
import type { EvidenceFile } from "../extractor.ts";

export interface CapturedRows {
  readonly lines: readonly Buffer[];
  readonly rows: readonly (readonly (RawValue | null)[])[];
  /** 1-based line of the first row in the file. */
  readonly line: number;
}

/** Rows in batches of some hundreds; the header is left out. Throws UserError for a file that cannot be read. */
export async function* readCaptured(file: EvidenceFile): AsyncGenerator<CapturedRows> {
  let line = 1;
  try {
    for await (const all of readLines(file.path)) {
      const isFirst = line === 1;
      const lines = isFirst ? all.slice(1) : all;
      const from = isFirst ? 2 : line;
      line += all.length;
      if (lines.length > 0) yield { lines, rows: lines.map((each) => decodeRow(each.toString("utf8"))), line: from };
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
