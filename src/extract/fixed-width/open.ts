/** Settles how a file of fixed-width records is laid out. */
import type { CheckContext, EvidenceFile } from "../extractor.ts";
import type { Framing } from "../records/framing.ts";
import { readHead, readRecords } from "../records/byte-records.ts";
import type { RecordFile } from "../records/record-file.ts";
import { type Settled, settle } from "../text/decode.ts";
import { findEncoding } from "../text/encodings.ts";
import { wholeDecoder } from "../text/whole.ts";
import { CellReader } from "./cells.ts";
import { type Layout, layFields } from "./layout.ts";
import { judgeAfterHeader, lengthFraming, lineFraming, LineFinder } from "./lines.ts";
import type { FixedWidthOptions } from "./options.ts";
import { findRuler, type Ruled, RuledFraming } from "./ruled.ts";

/** A header is looked for in so many bytes. */
const headBytes = 1024 * 1024;

/** Throws UserError for an encoding that is not known or does not fit, and for a ruled report without a ruler. */
export async function openFile(
  file: EvidenceFile,
  settings: FixedWidthOptions,
  { signal }: Pick<CheckContext, "signal">,
): Promise<RecordFile> {
  const head = await readHead(file, settings.layout === "ruled" ? headBytes : 64);
  if (settings.encoding !== undefined) findEncoding(settings.encoding, { file: file.name });
  const settled = settle(file, settings.encoding, head);
  const layout = layoutOf(file, settings, head.subarray(settled.markLength), settled.encoding);
  return {
    file,
    isEmpty: head.length === 0,
    fields: layout.slices.map(({ name }) => name),
    facts: factsOf(settings, settled, layout),
    positionsAre: settings.recordLength === undefined ? "line" : "row",
    conventions: { dateOrder: settings.dateFormat ?? "unknown" },
    unended:
      settings.recordLength === undefined
        ? "the file ends without a newline"
        : "the file ends in the middle of a record",
    records: () => readRecords(file, framingOf(layout, settled.encoding, settings), settled.markLength, signal),
  };
}

const emptyLayout: Layout = { slices: [], width: 0, least: 0 };

function layoutOf(file: EvidenceFile, settings: FixedWidthOptions, head: Buffer, encoding: string): Layout | Ruled {
  if (settings.layout === undefined) return layFields(settings);
  if (head.length === 0) return emptyLayout;
  return findRuler(headLines(head, encoding), settings, { file: file.name });
}

/** The whole lines of the head; one whose bytes are no text is empty. */
function headLines(head: Buffer, encoding: string): string[] {
  const finder = new LineFinder(encoding);
  const { decode } = wholeDecoder(encoding);
  const lines: string[] = [];
  for (let at = 0; at < head.length;) {
    const line = finder.line(head, at, true);
    lines.push(line === undefined ? "" : (decode(line.body) ?? "").replace(/^\f/, ""));
    at += line?.length ?? head.length;
  }
  return lines;
}

function framingOf(layout: Layout | Ruled, encoding: string, settings: FixedWidthOptions): Framing {
  const cells = new CellReader(layout, encoding, settings);
  const read = (body: Buffer) => cells.read(body);
  if ("ruler" in layout) return new RuledFraming(layout, encoding, read);
  const judge = judgeAfterHeader(settings.header, read);
  return settings.recordLength === undefined
    ? lineFraming(encoding, judge)
    : lengthFraming(settings.recordLength, judge);
}

function factsOf(settings: FixedWidthOptions, { encoding, settledBy }: Settled, layout: Layout): RecordFile["facts"] {
  const places = layout.slices.map(({ name, from, to }) => `${name} ${from + 1}-${to}`).join(", ");
  return [
    { name: "encoding", value: encoding, evidence: settledBy },
    { name: "columns", value: places, ...(settings.layout === undefined ? {} : { evidence: "the line of dashes" }) },
  ];
}
