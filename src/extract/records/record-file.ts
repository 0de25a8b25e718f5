/** From the records of a file of bytes to batches, skips and quarantine, or to a survey: every record is accounted for. */
import type { Conventions } from "../../values/codec.ts";
import type {
  EvidenceFile,
  ExtractContext,
  Locator,
  ObservationBatch,
  SurveyedTable,
  TableMapping,
} from "../extractor.ts";
import { BatchBuilder } from "./batches.ts";
import type { ByteRecord, RecordChunk } from "./byte-records.ts";
import { planColumns } from "./columns.ts";

/** A file whose layout is settled. */
export interface RecordFile {
  readonly file: EvidenceFile;
  /** Nothing is in it, not even a layout. */
  readonly isEmpty: boolean;
  /** Names of a record's cells, in their order. */
  readonly fields: readonly string[];
  /** Their types, where the format declares them. */
  readonly types?: readonly string[];
  readonly facts: SurveyedTable["facts"];
  readonly positionsAre: "line" | "row";
  readonly conventions: Conventions;
  /** What is to be said of a last record that does not end as records do: `the file ends without a newline`. */
  readonly unended: string;
  /** What people should know of how the layout was settled. */
  readonly notes?: readonly string[];
  records(): AsyncIterable<RecordChunk>;
}

function doubtOf(record: ByteRecord, cut: string | undefined, { unended }: RecordFile): string | undefined {
  return record.isEnded ? undefined : `possibly cut short: ${cut ?? unended}`;
}

/** What becomes of the records of a file that feeds a table. */
class RecordExtraction {
  readonly #opened: RecordFile;
  readonly #context: ExtractContext;
  readonly #batches: BatchBuilder<ByteRecord>;

  constructor(opened: RecordFile, mapping: TableMapping, context: ExtractContext) {
    const { file, fields, positionsAre, conventions } = opened;
    const plan = planColumns(fields, mapping, { file: file.name });
    this.#opened = opened;
    this.#context = context;
    this.#batches = new BatchBuilder<ByteRecord>(
      { file, positionsAre, mapping, plan, conventions },
      {
        cells: ({ verdict }) => (verdict.kind === "row" ? verdict.cells : []),
        position: ({ number }) => number,
        bytes: ({ bytes }) => bytes,
      },
    );
    if (plan.leftover.length > 0) context.leftover(file.name, plan.leftover);
  }

  *take({ records, cut }: RecordChunk): Generator<ObservationBatch> {
    this.#context.read(records.length);
    for (const record of records) {
      this.#account(record, cut);
      if (this.#batches.isFull) yield* this.flush();
    }
  }

  *flush(): Generator<ObservationBatch> {
    const batch = this.#batches.take();
    if (batch !== undefined) yield batch;
  }

  #account(record: ByteRecord, cut: string | undefined): void {
    const { verdict } = record;
    if (verdict.kind === "skip") {
      this.#context.skip(verdict.rule);
      return;
    }
    const doubt = doubtOf(record, cut, this.#opened);
    if (doubt !== undefined) this.#context.warn(`the last record is ${doubt}`, this.#locate(record));
    if (verdict.kind === "row") this.#batches.add(record, doubt);
    else this.#context.quarantine(record.bytes, withDoubt(verdict.reason, doubt), this.#locate(record));
  }

  #locate({ number, offset }: ByteRecord): Locator {
    const { file, positionsAre } = this.#opened;
    return { file, [positionsAre]: number, offset };
  }
}

function withDoubt(reason: string, doubt: string | undefined): string {
  return doubt === undefined ? reason : `${reason}; ${doubt}`;
}

/** Throws UserError where the file's fields do not fit the mapping. */
export async function* extractRecords(
  opened: RecordFile,
  mapping: TableMapping,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const extraction = new RecordExtraction(opened, mapping, context);
  for (const note of opened.notes ?? []) context.warn(note, { file: opened.file });
  let last: RecordChunk | undefined;
  for await (const chunk of opened.records()) {
    last = chunk;
    yield* extraction.take(chunk);
    progress(chunk.bytesRead);
  }
  yield* extraction.flush();
  warnOfFile(opened.file, last, context);
}

function warnOfFile(file: EvidenceFile, last: RecordChunk | undefined, context: ExtractContext): void {
  if (last === undefined) context.warn("the file is empty", { file });
  if (last?.cut !== undefined) context.warn(`the file is cut short: ${last.cut}`, { file }, "loss");
  if (last?.lost !== undefined) context.warn(`the rest of the file cannot be read: ${last.lost}`, { file }, "loss");
}

/** Counts the records of a file that feeds no table. */
export async function skipRecords(
  opened: RecordFile,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): Promise<void> {
  let passed = 0;
  for await (const { records, bytesRead } of opened.records()) {
    context.read(records.length);
    if (records.length > 0) context.skip("feeds no target table", records.length);
    passed += records.length;
    progress(bytesRead);
  }
  context.warn(`the file feeds no target table: ${passed} records passed over`, { file: opened.file });
}

/** Counts what is wrong by its reason. */
class Damage {
  readonly #reasons = new Map<string, { count: number; first: string }>();
  readonly #sentences: string[] = [];

  note(reason: string, first: string): void {
    const known = this.#reasons.get(reason);
    if (known === undefined) this.#reasons.set(reason, { count: 1, first });
    else known.count++;
  }

  say(sentence: string): void {
    this.#sentences.push(sentence);
  }

  sentences(): string[] {
    const counted = [...this.#reasons].map(
      ([reason, { count, first }]) => `${count} ${count === 1 ? "record" : "records"}, the first ${first}: ${reason}`,
    );
    const more = counted.length - mostReasons;
    const rest = more > 0 ? [`${more} more reasons why records cannot be read`] : [];
    return [...counted.slice(0, mostReasons), ...rest, ...this.#sentences];
  }
}

/** A reason may name the record's own numbers: not each of them is said. */
const mostReasons = 20;

export function surveyRecords(opened: RecordFile): SurveyedTable {
  const damage = new Damage();
  const { file, fields, types, facts } = opened;
  return {
    file,
    facts,
    fields,
    ...(types === undefined ? {} : { types }),
    rows: surveyedRows(opened, damage),
    damage: () => damage.sentences(),
  };
}

async function* surveyedRows(opened: RecordFile, damage: Damage): SurveyedTable["rows"] {
  let isEmpty = true;
  for await (const { records, cut, lost } of opened.records()) {
    isEmpty = false;
    const rows = records.flatMap((record) => {
      const { verdict } = record;
      const at = `on ${opened.positionsAre} ${record.number}`;
      if (verdict.kind === "fault") damage.note(verdict.reason, at);
      const doubt = verdict.kind === "skip" ? undefined : doubtOf(record, cut, opened);
      if (doubt !== undefined) damage.say(`the last record is ${doubt}`);
      return verdict.kind === "row" ? [verdict.cells] : [];
    });
    if (rows.length > 0) yield rows;
    if (cut !== undefined) damage.say(`the file is cut short: ${cut}`);
    if (lost !== undefined) damage.say(`the rest of the file cannot be read: ${lost}`);
  }
  if (isEmpty) damage.say("the file is empty");
}
