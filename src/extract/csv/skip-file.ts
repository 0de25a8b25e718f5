/** A file that feeds no table: its records are counted and passed over. */
import type { EvidenceFile, ExtractContext } from "../extractor.ts";
import { readText, type TextChunk } from "../text/decode.ts";
import { type CsvOptions, dialectOf } from "./options.ts";
import { type CsvRecord, RecordScanner } from "./scanner.ts";

/** Counts the records of a file that feeds no table. */
export async function* skipFile(
  file: EvidenceFile,
  settings: CsvOptions,
  context: ExtractContext,
): AsyncGenerator<TextChunk> {
  const scanner = new RecordScanner(dialectOf(settings));
  let records = 0;
  const count = (found: Iterable<CsvRecord>) => {
    let number = 0;
    for (const { goesOn } of found) if (!goesOn) number++;
    context.read(number);
    context.skip("feeds no target table", number);
    records += number;
  };
  for await (const chunk of readText(file, { encoding: settings.encoding, signal: context.signal })) {
    count(scanner.write(chunk.text));
    yield chunk;
  }
  count(scanner.end());
  context.warn(`the file feeds no target table: ${records} records passed over`, { file });
}
