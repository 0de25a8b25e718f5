/**
 * knex's debugging output: objects that `debug: true` prints, and lines of `DEBUG=knex:query,knex:bindings,knex:tx`.
 * Source: `QueryCompiler.toSQL`, `Raw.toSQL`, `Transaction` of knex/knex, and `debug` of debug-js/debug.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../event.ts";
import { NotLogged, noBindings, type Bindings } from "../parameters.ts";
import { rawOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";
import { readInspected, type Inspected } from "./inspected.ts";
import { errorsIn, isErrorOf } from "./knex-errors.ts";
import { KnexSessions } from "./knex-sessions.ts";
import { Lookback } from "./lookback.ts";
import { readLast, StatementLines } from "./statement-lines.ts";

// oxlint-disable-next-line no-control-regex -- `debug` writes in colours
const colours = /\u001B\[[\d;]*m/g;
const channel = /^(?:(\d{4}-\d\d-\d\dT[\d:.]+Z) +| +)?knex:(\w+) /;
const behindStatement = /^([\s\S]*?) (undefined|trx\d+)(?: \+\d+m?s)?(?:\r?\n([\s\S]*))?$/;
const released = /^(trx\d+): releasing connection/;
const ofServer = /^transaction::(begin|commit|rollback|savepoint)( error)? id=(trx\d+)/;
const words: Readonly<Record<string, string>> = { begin: "BEGIN TRANSACTION", commit: "COMMIT", rollback: "ROLLBACK" };

interface Query {
  readonly line: number;
  readonly raw: string;
  readonly at: string | undefined;
  readonly text: string;
  readonly id: string | undefined;
}

class KnexParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #lookback: Lookback;
  readonly #sessions = new KnexSessions();
  readonly #records = new StatementLines({
    escapes: true,
    isHead: (text) => /^[{[]/.test(text) || channel.test(text.replaceAll(colours, "")),
    isStatement: (text) => /^[{[]/.test(text) || /knex:(?:query|bindings) /.test(text),
  });
  /** Its values stand in the next record. */
  #query: Query | undefined;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
    this.#lookback = new Lookback(settings.dialect === "postgres");
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    yield* readLast(this.#records, (record) => this.#read(record));
    yield* this.#endQuery(noBindings);
    yield* this.#lookback.end();
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const raw = rawOf(record);
    const text = raw.replaceAll(colours, "");
    const place = { line: record.line, raw };
    const [head = "", time, name] = channel.exec(text) ?? [];
    if (name === "bindings" && this.#query !== undefined) {
      yield* this.#bindings(text.slice(head.length), raw);
      return;
    }
    yield* this.#endQuery(noBindings);
    const at = time === undefined ? undefined : timeOf(time, this.#settings.zone, undefined);
    if (name === "query") this.#begin(text.slice(head.length), { ...place, at });
    else if (name === "tx") yield* this.#transaction(text.slice(head.length), { ...place, at });
    else if (name === undefined && /^[{[]/.test(text)) yield* this.#object(text, place);
    else yield this.#other(text, place);
  }

  #begin(message: string, place: Pick<Query, "line" | "raw" | "at">): void {
    const [, text = message, id, rest = ""] = behindStatement.exec(message) ?? [];
    this.#query = { ...place, text, id: id === "undefined" ? undefined : id };
    this.#fail(rest);
  }

  *#bindings(message: string, raw: string): Generator<LogEvent> {
    const found = readInspected(message);
    const { value, end } = found ?? { value: new NotLogged(""), end: 0 };
    if (this.#query !== undefined) this.#query = { ...this.#query, raw: `${this.#query.raw}\n${raw}` };
    yield* this.#endQuery(bindingsOf(value));
    this.#fail(message.slice(end));
  }

  *#endQuery(bindings: Bindings): Generator<LogEvent> {
    const query = this.#query;
    this.#query = undefined;
    if (query !== undefined) yield* this.#statement(query, bindings);
  }

  *#statement({ id, ...query }: Query, bindings: Bindings): Generator<LogEvent> {
    const placed = this.#sessions.of(query.text, id);
    if (placed === undefined) {
      yield { line: query.line, raw: query.raw, kind: "skip", rule: "end of a transaction that the log does not name" };
      return;
    }
    const statement: StatementEvent = { ...query, ...placed, kind: "statement", bindings, fate: "unknown" };
    yield* this.#lookback.push(statement);
  }

  /** Of SQL Server, the driver begins and ends transactions, without a statement. */
  *#transaction(message: string, place: Pick<Query, "line" | "raw" | "at">): Generator<LogEvent> {
    const [, what = "", isError, id = ""] = ofServer.exec(message) ?? [];
    const text = words[what];
    if (isError !== undefined) this.#lookback.fail((statement) => statement.text === text);
    else if (text !== undefined) {
      yield* this.#statement({ ...place, text, id }, noBindings);
      return;
    }
    const free = released.exec(message)?.[1];
    if (free !== undefined) this.#sessions.release(free);
    yield this.#other(message, place);
  }

  /** What `debug: true` prints: a statement, or a list of them. */
  *#object(text: string, place: Pick<Query, "line" | "raw">): Generator<LogEvent> {
    const found = readInspected(text);
    const statements = found === undefined ? [] : statementsOf(found.value);
    if (found === undefined || statements.length === 0) {
      const isCut = found === undefined && /\b__knex\w+: |^\s+sql: /m.test(text);
      yield isCut
        ? { ...place, kind: "fault", reason: "the object is cut: its end is not in the log" }
        : this.#other(text, place);
      return;
    }
    for (const { sql, id, bindings } of statements)
      if (typeof sql === "string") yield* this.#statement({ ...place, at: undefined, text: sql, id }, bindings);
      else yield { ...place, kind: "fault", reason: "the statement is cut" };
    this.#fail(text.slice(found.end));
  }

  #other(text: string, place: Pick<Query, "line" | "raw">): LogEvent {
    const isError = this.#fail(text);
    const rule = isError ? "error" : text.trim() === "" ? "blank line" : "no statement";
    return { line: place.line, raw: place.raw, kind: "skip", rule };
  }

  #fail(text: string): boolean {
    const errors = errorsIn(text);
    return errors.map((error) => this.#lookback.fail((statement) => isErrorOf(error, statement))).includes(true);
  }
}

interface Printed {
  readonly sql: Inspected;
  readonly id: string | undefined;
  readonly bindings: Bindings;
}

function statementsOf(value: Inspected): Printed[] {
  if (typeof value !== "object" || value === null) return [];
  if ("items" in value) return value.items.flatMap((item) => statementsOf(item));
  if (!("fields" in value)) return [];
  const sql = value.fields.get("sql");
  if (sql === undefined || !(typeof sql === "string" || sql instanceof NotLogged)) return [];
  const id = value.fields.get("__knexTxId");
  return [
    { sql, id: typeof id === "string" ? id : undefined, bindings: bindingsOf(value.fields.get("bindings") ?? null) },
  ];
}

function bindingsOf(value: Inspected): Bindings {
  if (typeof value !== "object" || value === null || !("items" in value)) return noBindings;
  return new Map(
    value.items.map((item, at) => [
      String(at + 1),
      typeof item === "object" && item !== null && ("items" in item || "fields" in item)
        ? new NotLogged("the log does not write as the server was given it: it is an object")
        : item,
    ]),
  );
}

export const knex: LogFormat = { dialect: undefined, open: (settings) => new KnexParser(settings) };
