/** A file of delimited text as a profile sees it: before any table is chosen for it. */
import type { CheckContext, EvidenceFile, SurveyedTable } from "../extractor.ts";
import { fieldNames, headerFields } from "../records/columns.ts";
import { hasUndecodable, readText, toBytes } from "../text/decode.ts";
import { Damage } from "./damage.ts";
import type { Newline } from "./dialect.ts";
import { type Layout, readLayout, startOf } from "./layout.ts";
import type { CsvOptions } from "./options.ts";
import { isUnderline } from "./preamble.ts";
import { recover } from "./recovery.ts";
import type { Cell } from "./cell.ts";
import { type CsvRecord, RecordScanner, unclosedQuote } from "./scanner.ts";
import { UndecodableRecords } from "./undecodable.ts";
import { fittingCells } from "./width.ts";

const rowsABatch = 1000;
const newlineNames: Readonly<Record<string, string>> = { "\n": "LF", "\r\n": "CRLF", "\r": "CR" };

/** The tables as they lie in the files: one a file. */
export async function* survey(settings: CsvOptions, context: CheckContext): AsyncGenerator<SurveyedTable> {
  for (const file of context.files) {
    const layout = await readLayout(file, settings, context.mappings, context.signal);
    const damage = new Damage();
    yield {
      file,
      facts: factsOf(settings, layout),
      fields: fieldsOf(settings, layout),
      rows: readRows(file, settings, layout, damage, context.signal),
      damage: () => damage.sentences(),
    };
  }
}

function factsOf(settings: CsvOptions, layout: Layout): SurveyedTable["facts"] {
  const { dialect, delimiterEvidence, encoding, newline, first, preamble } = layout;
  const how = encodingEvidence(layout);
  const ending =
    dialect.recordDelimiter === undefined ? newlineNames[newline ?? ""] : JSON.stringify(dialect.recordDelimiter);
  return [
    { name: "encoding", value: encoding, ...(how === undefined ? {} : { evidence: how }) },
    {
      name: "delimiter",
      value: JSON.stringify(dialect.delimiter),
      ...(delimiterEvidence === undefined ? {} : { evidence: delimiterEvidence }),
    },
    { name: "quote", value: dialect.quote ?? "none" },
    ...(ending === undefined ? [] : [{ name: "records end in", value: ending }]),
    ...(preamble === 0 ? [] : [{ name: "lines above", value: String(preamble) }]),
    ...(settings.header && first !== undefined ? [{ name: "header line", value: String(first.line) }] : []),
  ];
}

const beginnings: Readonly<Record<Layout["beginning"], string>> = {
  ascii: "by default; its beginning is ASCII",
  whole: "by default; what is not ASCII at its beginning is valid UTF-8",
  undecodable: "by default; its beginning holds bytes that are not",
};

function encodingEvidence({ settledBy, beginning }: Layout): string | undefined {
  if (settledBy === "declared") return undefined;
  return settledBy === "bom" ? "by its byte order mark" : beginnings[beginning];
}

/** Names of the fields; "" where no header gives them. */
function fieldsOf(settings: CsvOptions, { first }: Layout): string[] {
  const cells = first?.cells ?? [];
  if (settings.header) return fieldNames(headerFields(cells));
  return settings.fields ?? cells.map(() => "");
}

async function* readRows(
  file: EvidenceFile,
  settings: CsvOptions,
  layout: Layout,
  damage: Damage,
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  const scanner = new RecordScanner(layout.dialect, startOf(layout.preamble));
  const reader = new RowSurvey(settings, layout, damage);
  for await (const chunk of readText(file, { encoding: settings.encoding, signal })) {
    if (chunk.cut !== undefined) damage.add("the file is cut short", undefined, chunk.cut);
    for (const record of scanner.write(chunk.text)) reader.add(record, scanner.newline);
    yield* reader.take(rowsABatch);
  }
  for (const record of scanner.end()) reader.add(record, scanner.newline);
  reader.end();
  yield* reader.take(1);
}

class RowSurvey {
  readonly #fields: readonly string[];
  readonly #widths;
  readonly #layout: Layout;
  readonly #damage: Damage;
  readonly #undecodable = new UndecodableRecords();
  #isBelowHeader: boolean;
  #isFirst = true;
  #rows: (readonly Cell[])[] = [];

  constructor(settings: CsvOptions, layout: Layout, damage: Damage) {
    this.#fields = fieldsOf(settings, layout);
    this.#layout = layout;
    this.#damage = damage;
    this.#isBelowHeader = !settings.header;
    const { isTrailed } = layout;
    this.#widths = { width: this.#fields.length, isTrailed, acceptsRagged: settings.ragged === "accept" };
  }

  /** As reading does, but for types, which no column has yet. */
  add(record: CsvRecord, newline: Newline | undefined): void {
    const { dialect } = this.#layout;
    const pattern = { width: this.#widths.width, isPlausible: undefined };
    const isWhole = record.lines === 1 && record.fault !== unclosedQuote;
    if (isWhole || !this.#isBelowHeader) this.#addPart(record);
    else for (const part of recover(record, { dialect, newline, pattern })) this.#addPart(part);
  }

  end(): void {
    const { encoding, settledBy } = this.#layout;
    if (this.#undecodable.count > 0) this.#damage.add(this.#undecodable.describe(encoding, settledBy), undefined);
  }

  #addPart(record: CsvRecord): void {
    if (record.passes !== undefined || record.goesOn) return;
    if (!this.#isBelowHeader) this.#isBelowHeader = true;
    else if (this.#isFirst && isUnderline(record.cells, this.#fields)) this.#isFirst = false;
    else this.#addRow(record);
  }

  #addRow(record: CsvRecord): void {
    this.#isFirst = false;
    if (!record.isEnded && record.fault === undefined) this.#damage.add("the last record has no newline", record.line);
    const cells = record.fault === undefined ? fittingCells(record, this.#widths) : undefined;
    const { encoding } = this.#layout;
    if (hasUndecodable(record.raw, encoding)) {
      this.#damage.count(`bytes that are not ${encoding}`, record.line);
      this.#undecodable.add(toBytes(record.raw, encoding));
    } else if (record.fault !== undefined) this.#damage.count(`a fault (${record.fault})`, record.line);
    else if (cells === undefined) this.#damage.count(`another width than ${this.#widths.width}`, record.line);
    else this.#rows.push(cells);
  }

  /** What waits, where that is as much. */
  *take(fewest: number): Generator<readonly (readonly Cell[])[]> {
    if (this.#rows.length < fewest) return;
    const rows = this.#rows;
    this.#rows = [];
    yield rows;
  }
}
