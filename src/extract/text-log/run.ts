/** A log from its files to batches of changes: every record is accounted for. */
import { ChangeBatches, type RowChange } from "../events/changes.ts";
import { LogClock } from "../events/clock.ts";
import { compileGrok } from "../events/grok.ts";
import { LogFile } from "../events/log-file.ts";
import type { Match, Pattern } from "../events/patterns.ts";
import type { LogRecord } from "../events/records.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { NearMisses } from "./near-misses.ts";
import type { TextLogOptions } from "./options.ts";
import { RecordType } from "./record-type.ts";

/** Throws UserError for what of the patterns cannot be used. */
export function recordTypes(options: TextLogOptions, mappings: readonly TableMapping[]): readonly RecordType[] {
  const nulls = new Set([options.null ?? []].flat());
  return options.patterns.map((type) => new RecordType(type, { own: options.grok ?? {}, mappings, nulls }));
}

export function startPattern({ record, grok }: TextLogOptions): Pattern | undefined {
  return record === undefined ? undefined : compileGrok(record.start, grok);
}

interface TypeRun {
  readonly type: RecordType;
  readonly misses: NearMisses;
  matches: number;
}

/** A file that is being read. */
interface OpenFile {
  readonly log: LogFile;
  readonly batches: ChangeBatches;
  records: number;
  matches: number;
}

/** A pattern that matches less than this share of the records, beside so many that nearly match, may be wrong. */
const fewMatches = 0.01;
const manyNear = 100;

export class TextLogRun {
  readonly #options: TextLogOptions;
  readonly #context: ExtractContext;
  readonly #types: readonly TypeRun[];
  readonly #start: Pattern | undefined;
  readonly #clock: LogClock;
  readonly #leftovers = new Set<string>();
  #records = 0;

  constructor(options: TextLogOptions, context: ExtractContext) {
    this.#options = options;
    this.#context = context;
    this.#types = recordTypes(options, context.mappings).map((type) => ({
      type,
      misses: new NearMisses(type.source, options.grok ?? {}),
      matches: 0,
    }));
    this.#start = startPattern(options);
    this.#clock = new LogClock({ zone: context.zone, year: options.year });
  }

  async *read(file: EvidenceFile, progress: (bytesRead: number) => void): AsyncGenerator<ObservationBatch> {
    const { encoding } = this.#options;
    const log = new LogFile(file, { encoding, start: this.#start }, this.#context);
    const leftover = (_: unknown, field: string) => void this.#leftovers.add(field);
    const open = { log, batches: new ChangeBatches({ file, positionsAre: "line", leftover }), records: 0, matches: 0 };
    this.#clock.enter(file);
    for await (const { records, bytesRead } of log.read()) {
      for (const record of records) yield* this.#account(record, open);
      progress(bytesRead);
    }
    yield* open.batches.flush();
    this.#tellOf(open);
  }

  /** After the last file. */
  end(): void {
    const fields = [...this.#leftovers];
    if (fields.length > 0) this.#context.leftover("the records", fields);
    for (const run of this.#types)
      if (run.matches === 0) this.#warnOfPattern(run.type, run.misses);
      else if (run.matches < this.#records * fewMatches && run.misses.near >= manyNear) this.#warnOfFew(run);
  }

  *#account(record: LogRecord, open: OpenFile): Generator<ObservationBatch> {
    open.records++;
    this.#records++;
    for (const run of this.#types) {
      const match = run.type.match(record.text);
      if (match === undefined) continue;
      run.matches++;
      open.matches++;
      yield* this.#accountMatch(record, run.type, match, open);
      return;
    }
    if (record.isEnded) this.#context.skip("matches no pattern");
    else open.log.quarantine(record, `it matches no pattern; ${open.log.doubtOfEnd}`);
    for (const { type, misses } of this.#types)
      if (!misses.isFull && !type.pattern.test(record.text))
        misses.look(record.text, () => `${open.log.file.name}:${record.line}`);
  }

  *#accountMatch(record: LogRecord, type: RecordType, match: Match, open: OpenFile): Generator<ObservationBatch> {
    const { log } = open;
    if (!record.isEnded && type.reaches(match, record.text.length)) {
      log.quarantine(record, log.doubtOfEnd);
      return;
    }
    const said = type.say(match, record);
    if ("rule" in said) {
      this.#context.skip(said.rule);
      return;
    }
    const written = type.time(match);
    const at = written === undefined ? undefined : this.#clock.read(written, type.timeFormat);
    if (written !== undefined && at === undefined)
      log.quarantine(record, `its time ${JSON.stringify(written)} is not of the declared form`);
    else yield* this.#stage({ ...said, at }, record, open);
  }

  *#stage(change: RowChange, record: LogRecord, { log, batches }: OpenFile): Generator<ObservationBatch> {
    const jump = change.at === undefined ? undefined : this.#clock.jump(change.at);
    if (jump !== undefined) this.#context.warn(jump, log.locate(record));
    if (batches.hasKey(change)) yield* batches.add(change, { position: record.line, raw: () => record.raw });
    else {
      const { at, mapping, operation } = change;
      const reason = `${operation} of a row that is not named: the record does not say its key`;
      this.#context.evidence(record.raw, { table: mapping.table, at, reason }, log.locate(record));
    }
  }

  #tellOf({ log, records, matches }: OpenFile): void {
    if (records > 0 && matches === 0)
      this.#context.warn(`none of its ${records} records matches a pattern`, { file: log.file });
  }

  #warnOfFew({ type: { source }, misses, matches }: TypeRun): void {
    const share = `only ${matches} of ${this.#records} records`;
    const nearest = misses.describe().join("; ");
    this.#context.warn(
      `the pattern ${JSON.stringify(source)} matches ${share}, and others nearly; the nearest: ${nearest}`,
    );
  }

  #warnOfPattern({ source }: RecordType, misses: NearMisses): void {
    const nearest = misses.describe();
    const why = nearest.length === 0 ? "no record even begins as it does" : `the nearest: ${nearest.join("; ")}`;
    this.#context.warn(`the pattern ${JSON.stringify(source)} matches no record; ${why}`);
  }
}
