/**
 * What knex logs: `DEBUG=knex:*` (queries, bindings and transactions, through the package debug), and the objects that `debug: true` prints, which
 * have neither times nor transactions.
 * Source: `enrichQueryObject` and `debugQuery` of knex/knex, the own output of knex 3.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../../event.ts";
import { noBindings, NotLogged, type Bindings, type Bound } from "../../parameters.ts";
import { textOf } from "../../record-lines.ts";
import { timeOf } from "../../time.ts";
import { type Inspected, readInspected } from "./inspect.ts";

const debugHead = /^(?:(\d{4}-\d\d-\d\dT[\d:.]+Z)|\s*)\s*knex:(\w+) /;
/** The transaction behind what is logged, and of a terminal the time since the line before. */
const debugEnd = /\s(undefined|trx\d+)(?: \+\d+(?:ms|s|m|h))?$/;
// eslint-disable-next-line no-control-regex -- colours of a terminal
const colours = /\u001B\[[\d;]*m/g;

type Form = "query" | "bindings" | "object" | "list";

/** Its text is without the colours that `written` may have. */
interface KnexLine extends LogLine {
  readonly written: string;
}

interface Query {
  readonly lines: readonly KnexLine[];
  readonly at: string | undefined;
  readonly session: string;
  readonly sql: string;
}

class KnexParser implements LogParser {
  readonly #settings: FormatSettings;
  #form: Form | undefined;
  #lines: KnexLine[] = [];
  /** Its bindings are in the next record. */
  #query: Query | undefined;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const clean = { ...line, text: line.text.replaceAll(colours, ""), written: line.text };
    const found = debugHead.exec(clean.text);
    if (found !== null) {
      yield* this.#cut();
      if (found[2] !== "query" && found[2] !== "bindings") {
        yield skip(clean, `knex:${found[2]}`);
        return;
      }
      this.#form = found[2];
    } else if (this.#form === undefined) {
      this.#form = clean.text.startsWith("{") ? "object" : clean.text.startsWith("[") ? "list" : undefined;
      if (this.#form === undefined) {
        yield skip(clean, clean.text.trim() === "" ? "blank line" : "no statement");
        return;
      }
    }
    this.#lines.push(clean);
    if (this.#isWhole(clean.text)) yield* this.#close();
  }

  *end(): Generator<LogEvent> {
    yield* this.#cut();
    yield* this.#flush();
  }

  #isWhole(text: string): boolean {
    switch (this.#form) {
      case "object":
        return text === "}" || (this.#lines.length === 1 && text.endsWith("}"));
      case "list":
        return text === "]" || (this.#lines.length === 1 && text.endsWith("]"));
      default:
        return debugEnd.test(text);
    }
  }

  *#close(): Generator<LogEvent> {
    const [form, lines] = [this.#form, this.#lines];
    this.#form = undefined;
    this.#lines = [];
    if (form === "query") yield* this.#open(lines);
    else if (form === "bindings") yield* this.#bind(lines);
    else if (form === "object") yield this.#object(lines);
    else yield { ...placeOf(lines), kind: "skip", rule: "statements of the schema" };
  }

  /** Another record begins, or the log ends, where this one has no end. */
  *#cut(): Generator<LogEvent> {
    const lines = this.#lines;
    this.#form = undefined;
    this.#lines = [];
    if (lines.length > 0) yield { ...placeOf(lines), kind: "fault", reason: "the record has no end" };
  }

  *#open(lines: readonly KnexLine[]): Generator<LogEvent> {
    yield* this.#flush();
    const { at, text, session } = this.#debugged(lines);
    this.#query = { lines, at, session, sql: text };
  }

  *#bind(lines: readonly KnexLine[]): Generator<LogEvent> {
    const { text, session } = this.#debugged(lines);
    const query = this.#query;
    if (query === undefined || query.session !== session) {
      yield* this.#flush();
      yield { ...placeOf(lines), kind: "skip", rule: "bindings without their query" };
      return;
    }
    this.#query = undefined;
    yield statementOf({ ...query, lines: [...query.lines, ...lines] }, this.#bindings(text));
  }

  *#flush(): Generator<LogEvent> {
    if (this.#query !== undefined) yield statementOf(this.#query, noBindings);
    this.#query = undefined;
  }

  #debugged(lines: readonly KnexLine[]): { at: string | undefined; text: string; session: string } {
    const raw = textOf(lines);
    const [begin = "", time] = debugHead.exec(raw) ?? [];
    const end = debugEnd.exec(raw);
    const at = time === undefined ? undefined : timeOf(time, this.#settings.zone, undefined);
    return { at, text: raw.slice(begin.length, end?.index), session: end?.[1] ?? "" };
  }

  #bindings(text: string): Bindings {
    const read = readInspected(text, this.#settings.zone);
    return Array.isArray(read?.value) ? placesOf(read.value) : noBindings;
  }

  #object(lines: readonly KnexLine[]): LogEvent {
    const place = placeOf(lines);
    const value = readInspected(textOf(lines), this.#settings.zone)?.value;
    const entries = typeof value === "object" && value !== null && "entries" in value ? value.entries : undefined;
    const sql = entries instanceof Map ? (entries.get("sql") as Inspected) : undefined;
    if (typeof sql !== "string" || !(entries instanceof Map))
      return { ...place, kind: "skip", rule: "an object without a statement" };
    const bindings = entries.get("bindings") as Inspected;
    const transaction = entries.get("__knexTxId") as Inspected;
    const session = typeof transaction === "string" ? transaction : "undefined";
    return statementOf(
      { lines, at: undefined, session, sql },
      Array.isArray(bindings) ? placesOf(bindings) : noBindings,
    );
  }
}

function skip(line: KnexLine, rule: string): LogEvent {
  return { kind: "skip", line: line.number, raw: line.written, rule };
}

function placeOf(lines: readonly KnexLine[]): { readonly line: number; readonly raw: string } {
  return { line: lines[0]?.number ?? 1, raw: textOf(lines.map((line) => ({ ...line, text: line.written }))) };
}

function statementOf({ lines, at, session, sql }: Query, bindings: Bindings): StatementEvent {
  return { ...placeOf(lines), kind: "statement", session, at, text: sql, bindings, fate: "done" };
}

function placesOf(values: readonly Inspected[]): Bindings {
  return new Map(values.map((value, index) => [String(index + 1), boundOf(value)]));
}

function boundOf(value: Inspected): Bound {
  const isScalar = typeof value !== "object" || value === null || value instanceof Uint8Array;
  if (value === undefined) return new NotLogged("is undefined in the log");
  return isScalar || value instanceof NotLogged ? value : new NotLogged("is logged as an object");
}

export const knex: LogFormat = { dialect: "postgres", open: (settings) => new KnexParser(settings) };
