/** The lines of a log, streamed. */
import type { EvidenceFile, ExtractContext } from "../extractor.ts";
import { readText, toBytes } from "../text/decode.ts";
import { longestRecord, LongRecords } from "../text/long-record.ts";
import type { LogLine } from "./event.ts";

export interface LogLines {
  readonly lines: readonly LogLine[];
  readonly encoding: string;
  /** Of the file as it lies. */
  readonly bytesRead: number;
}

/** Lines in pieces as they come, counted from `first` on. One that is too long to be held goes to quarantine by its hash. */
export async function* readLines(
  file: EvidenceFile,
  first: number,
  encoding: string | undefined,
  context: ExtractContext,
): AsyncGenerator<LogLines> {
  const long = new LongRecords(context);
  let held = "";
  let number = first;
  let last: Omit<LogLines, "lines"> | undefined;
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    last = chunk;
    if (chunk.cut !== undefined) context.warn(`the log is cut short: ${chunk.cut}`, { file }, "loss");
    const lines: LogLine[] = [];
    let from = 0;
    for (let end = chunk.text.indexOf("\n"); end >= 0; end = chunk.text.indexOf("\n", from)) {
      const whole = held + chunk.text.slice(from, end);
      if (long.isOpen) long.add(toBytes(whole, chunk.encoding), false, () => ({ file, line: number - first + 1 }));
      else lines.push(lineOf(whole, number));
      number++;
      held = "";
      from = end + 1;
    }
    held += chunk.text.slice(from);
    if (held.length > longestRecord || long.isOpen) {
      const at = number - first + 1;
      long.add(toBytes(held, chunk.encoding), true, () => ({ file, line: at }));
      held = "";
    }
    yield { lines, encoding: chunk.encoding, bytesRead: chunk.bytesRead };
  }
  long.end();
  if (held !== "" && last !== undefined) yield { ...last, lines: [{ number, text: held, ending: "" }] };
}

function lineOf(whole: string, number: number): LogLine {
  const hasReturn = whole.endsWith("\r");
  return { number, text: hasReturn ? whole.slice(0, -1) : whole, ending: hasReturn ? "\r\n" : "\n" };
}
