/**
 * `Database.Log` of Entity Framework 6.
 * Source: `DatabaseLogFormatter` of dotnet/ef6, https://learn.microsoft.com/ef/ef6/fundamentals/logging-and-interception
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../event.ts";
import type { TransactionStep } from "../outcome.ts";
import { bindingName, NotLogged, type Bound } from "../parameters.ts";
import { textOf } from "../record-lines.ts";
import { timeOf } from "../time.ts";

const around =
  /^(Opened connection|Closed connection|Started transaction|Committed transaction|Rolled back transaction|Disposed transaction|Cancelled open connection|Failed to (?:open|close) connection)\b.*? at (.*)$/;
const executing = /^-- Executing(?: asynchronously)? at (.*)$/;
const finished = /^-- (Completed|Failed|Canceled) in -?\d+ ms/;
const parameter = /^-- ([@:]?\w+): '/;
const parameterEnd = /^([\s\S]*)' \(Type = (\w+)((?:, \w+ = -?\w+)*)\)$/;

const steps: Readonly<Record<string, TransactionStep>> = {
  "Started transaction": "begin",
  "Committed transaction": "commit",
  "Rolled back transaction": "rollback",
};

class Ef6Parser implements LogParser {
  readonly #settings: FormatSettings;
  #lines: LogLine[] = [];
  #at: string | undefined;
  #isExecuting = false;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const boundary = around.exec(line.text);
    if (boundary !== null) {
      yield* this.#boundary(line, boundary[1] ?? "");
      return;
    }
    if (line.text.trim() === "" && !this.#lines.some(({ text }) => text.trim() !== "")) {
      yield blank(line);
      return;
    }
    this.#lines.push(line);
    const run = executing.exec(line.text);
    if (run !== null) {
      this.#at = timeOf(run[1] ?? "", this.#settings.zone, this.#settings.dateFormat);
      this.#isExecuting = true;
      return;
    }
    const end = this.#isExecuting ? finished.exec(line.text) : null;
    if (end !== null) yield this.#statement(end[1] === "Completed");
  }

  *end(): Generator<LogEvent> {
    if (this.#lines.length > 0) yield this.#cut();
  }

  *#boundary(line: LogLine, what: string): Generator<LogEvent> {
    if (this.#lines.length > 0) yield this.#cut();
    const step = steps[what];
    const place = { line: line.number, raw: line.text };
    if (step === undefined) yield { ...place, kind: "skip", rule: what };
    else yield { ...place, kind: "step", session: "", step, rule: what };
  }

  #cut(): LogEvent {
    const { line, raw } = this.#close();
    return { kind: "fault", line, raw, reason: "the log does not say how the command ended" };
  }

  #statement(isDone: boolean): StatementEvent {
    const lines = this.#lines;
    const first = lines.findIndex(({ text }) => parameter.test(text) || executing.test(text));
    const at = this.#at;
    const bindings = new Map(parametersOf(lines.slice(first)));
    return {
      ...this.#close(),
      kind: "statement",
      session: "",
      at,
      text: textOf(lines.slice(0, first)),
      bindings,
      fate: isDone ? "done" : "failed",
    };
  }

  #close(): { readonly line: number; readonly raw: string } {
    const place = { line: this.#lines[0]?.number ?? 1, raw: textOf(this.#lines) };
    this.#lines = [];
    this.#isExecuting = false;
    this.#at = undefined;
    return place;
  }
}

function blank({ number, text }: LogLine): LogEvent {
  return { kind: "skip", rule: "blank line", line: number, raw: text };
}

/** A value may go over several lines: it ends where its type stands behind it. */
function parametersOf(lines: readonly LogLine[]): [string, Bound][] {
  const found: [string, Bound][] = [];
  let open: LogLine[] = [];
  for (const line of lines) {
    if (open.length === 0 && !parameter.test(line.text)) continue;
    open.push(line);
    const text = textOf(open);
    const [head = "", name = ""] = parameter.exec(text) ?? [];
    const end = parameterEnd.exec(text.slice(head.length));
    if (end === null) continue;
    found.push([bindingName(name), valueOf(end[1] ?? "", end[2] ?? "", end[3] ?? "")]);
    open = [];
  }
  return found;
}

const texts = new Set(["String", "AnsiString", "StringFixedLength", "AnsiStringFixedLength", "Xml", "Object"]);

/** Why values of the type are not what the server was given: they are written by `ToString()`, in the program's own language. */
const losses: Readonly<Record<string, string>> = {
  Binary: "the log does not write: it holds bytes",
  DateTime: "the log writes without its fraction of a second",
  DateTime2: "the log writes without its fraction of a second",
  DateTimeOffset: "the log writes without its fraction of a second",
  Double: "the log rounds to 15 digits",
  Single: "the log rounds to 7 digits",
};

function valueOf(text: string, type: string, attributes: string): Bound {
  if (/Direction = (?!Input\b)/.test(attributes)) return new NotLogged("is given by the server");
  if (text === "null")
    return texts.has(type) ? new NotLogged("the log writes as 'null', which is NULL or that text") : null;
  const loss = losses[type];
  if (loss !== undefined) return new NotLogged(loss);
  return type === "Decimal" || type === "Currency" ? text.replace(",", ".") : text;
}

export const ef6: LogFormat = {
  dialect: "sqlserver",
  sharesSession: true,
  open: (settings) => new Ef6Parser(settings),
};
