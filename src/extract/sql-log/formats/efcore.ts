/**
 * The command log of Entity Framework Core, as its console, LogTo, and Serilog's and NLog's files write it.
 * Source: `RelationalLoggerExtensions` and `DbParameterCollectionExtensions` of dotnet/efcore, `SimpleConsoleFormatter` of dotnet/runtime.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../event.ts";
import type { TransactionStep } from "../outcome.ts";
import { rawOf, RecordLines, textOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";
import { ordinalsOf, readParameters } from "./efcore-parameters.ts";

const head =
  /^(?:(?:trce|dbug|info|warn|fail|crit): |\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\[\d\d:\d\d:\d\d \w{3}\] |\d{1,2}\/\d{1,2}\/\d{4} \d)/;
const timeBefore = /^(?:(?:trce|dbug|info|warn|fail|crit): |\[)?/;
const command = /(Executed|Failed executing|Executing) DbCommand (?:\([^)]*\) )?\[Parameters=\[/;
const behindParameters = /\], CommandType='(\w+)', CommandTimeout='\d+'\]\r?\n?/g;
const indentation = /^ {6}/;

const steps: readonly (readonly [RegExp, TransactionStep])[] = [
  [/\b(?:Began|Beginning) transaction\b/, "begin"],
  [/\bCommitted transaction\b/, "commit"],
  [/\bRolled back transaction\b/, "rollback"],
];

class EfCoreParser implements LogParser {
  readonly #records = new RecordLines((text) => head.test(text));
  readonly #settings: FormatSettings;
  /** Commands of one SaveChanges so far: one that fails behind them takes them along. */
  #chain: StatementEvent[] = [];
  #nextOrdinal = 0;
  /** EF tells of a beginning twice: before, and behind it. */
  #isBeginning = false;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records.end();
    if (record !== undefined) yield* this.#read(record);
    yield* this.#endChain();
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const raw = rawOf(record);
    const place = { line: record.line, raw };
    const text = messageOf(record);
    const found = command.exec(text);
    if (found === null) {
      const step = steps.find(([form]) => form.test(text));
      if (step === undefined) {
        yield { ...place, kind: "skip", rule: raw.trim() === "" ? "blank line" : "no command" };
        return;
      }
      yield* this.#endChain();
      const isTwice = step[1] === "begin" && this.#isBeginning;
      this.#isBeginning = step[1] === "begin" && text.includes("Beginning");
      if (isTwice) {
        yield { ...place, kind: "skip", rule: "BEGIN" };
        return;
      }
      yield { ...place, kind: "step", session: "", step: step[1], rule: step[1].toUpperCase() };
      return;
    }
    if (found[1] === "Executing") {
      yield { ...place, kind: "skip", rule: "command before it ran" };
      return;
    }
    yield* this.#command(text.slice(found.index + found[0].length), found[1] === "Executed", {
      ...place,
      at: this.#timeOf(record),
    });
  }

  *#command(text: string, isDone: boolean, place: Pick<StatementEvent, "line" | "raw" | "at">): Generator<LogEvent> {
    const ends = [...text.matchAll(behindParameters)];
    const [end] = ends;
    if (end === undefined || ends.length > 1) {
      yield {
        ...place,
        kind: "fault",
        reason: `the command's parameters end ${end === undefined ? "nowhere" : "in more than one place"}`,
      };
      return;
    }
    const sql = text.slice(end.index + end[0].length);
    if (end[1] === "StoredProcedure") {
      yield { ...place, kind: "skip", rule: "stored procedure" };
      return;
    }
    const bindings = readParameters(text.slice(0, end.index), sql);
    const event = {
      ...place,
      kind: "statement",
      session: "",
      text: sql,
      bindings,
      fate: isDone ? "done" : "failed",
    } as const;
    yield* this.#link(event, ordinalsOf(bindings));
  }

  /** The names of parameters count on through the commands of one SaveChanges, which run in one transaction. */
  *#link(event: StatementEvent, { first, next }: { first: number; next: number }): Generator<LogEvent> {
    const continues = first > 0 && first === this.#nextOrdinal;
    if (continues && event.fate === "failed")
      this.#chain = this.#chain.map((each) => ({ ...each, fate: "rolled back" }));
    if (!continues) yield* this.#endChain();
    this.#chain.push(event);
    this.#nextOrdinal = next;
  }

  *#endChain(): Generator<LogEvent> {
    yield* this.#chain;
    this.#chain = [];
    this.#nextOrdinal = 0;
  }

  #timeOf({ lines }: LogRecord): string | undefined {
    const first = lines[0]?.text ?? "";
    return timeOf(first.replace(timeBefore, ""), this.#settings.zone, this.#settings.dateFormat);
  }
}

/** The record without the blanks that the console puts before each line but the first. */
function messageOf({ lines }: LogRecord): string {
  const isIndented = lines.length > 1 && lines.slice(1).every(({ text }) => text === "" || indentation.test(text));
  if (!isIndented) return textOf(lines);
  return textOf(lines.map((line, at) => (at === 0 ? line : { ...line, text: line.text.replace(indentation, "") })));
}

export const efcore: LogFormat = {
  dialect: "sqlserver",
  sharesSession: true,
  joinsFiles: true,
  open: (settings) => new EfCoreParser(settings),
};
