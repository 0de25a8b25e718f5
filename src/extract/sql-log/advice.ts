/** What to say of a log of which nothing could be read: how it begins, and what it may be instead. */
import type { DialectId } from "../sql-script/dialects/dialect.ts";
import { dialectIds } from "../sql-script/dialects/dialect.ts";
import { UserError } from "../../errors.ts";
import type { FormatSettings, LogEvent, LogLine, LogParser } from "./event.ts";
import { type FormatId, formatIds, formats } from "./formats/registry.ts";
import type { Outcome } from "./outcome.ts";
import { noBindings } from "./parameters.ts";
import type { StatementReader } from "./statement.ts";

type Statement = Extract<LogEvent, { kind: "statement" }>;

const mostLines = 1000;
const mostCharacters = 1024 * 1024;
const mostStatements = 20;
const changer = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b/i;
const sql =
  /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|SELECT|BEGIN|START|COMMIT|ROLLBACK|SET|EXEC|CREATE|DROP|ALTER|WITH|USE)\b/i;

interface Asked {
  readonly format: FormatId;
  readonly settings: FormatSettings;
  readonly readerOf: (dialect: DialectId) => StatementReader;
}

/** Watches the reading of one log. */
export class Advice {
  readonly #asked: Asked;
  readonly #lines: LogLine[] = [];
  #characters = 0;
  #isRecognised = false;
  #isRead = false;
  readonly #unread: Statement[] = [];

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  line(line: LogLine): void {
    if (this.#isRecognised || this.#lines.length >= mostLines || this.#characters > mostCharacters) return;
    this.#lines.push(line);
    this.#characters += line.text.length;
  }

  event({ kind }: LogEvent): void {
    if (kind !== "skip" && kind !== "fault") this.#isRecognised = true;
  }

  statement(event: Statement, outcomes: readonly Outcome[]): void {
    if (this.#isRead || !changer.test(event.text)) return;
    if (isReadable(outcomes)) this.#isRead = true;
    else if (this.#unread.length < mostStatements) this.#unread.push(event);
  }

  /** A sentence without its full stop; undefined where something was read. */
  end(): string | undefined {
    if (!this.#isRecognised) return this.#ofFormat();
    return this.#isRead ? undefined : this.#ofDialect();
  }

  #ofFormat(): string | undefined {
    const first = this.#lines.filter(({ text }) => text.trim() !== "").slice(0, 3);
    if (first.length === 0) return undefined;
    const found = formatIds.filter((id) => id !== this.#asked.format && this.#fits(id));
    const fits =
      found.length === 0 ? `it fits none of the formats (${formatIds.join(", ")})` : `it fits ${found.join(", ")}`;
    const begins = first.map(({ number, text }) => `line ${number}: ${shown(text)}`).join("; ");
    return `nothing in the log is of the format ${this.#asked.format}; it begins with ${begins}; ${fits}`;
  }

  #fits(id: FormatId): boolean {
    try {
      const parser = formats[id].open({ ...this.#asked.settings, dialect: formats[id].dialect ?? "postgres" });
      return [...this.#events(parser)].some(
        (event) => event.kind === "row" || (event.kind === "statement" && sql.test(event.text)),
      );
    } catch (error) {
      // A format that the recipe's other options do not go with.
      if (error instanceof UserError) return false;
      throw error;
    }
  }

  *#events(parser: LogParser): Generator<LogEvent> {
    for (const line of this.#lines) yield* parser.take(line);
    yield* parser.end();
  }

  #ofDialect(): string | undefined {
    const [first] = this.#unread;
    if (first === undefined) return undefined;
    const { dialect } = this.#asked.settings;
    const found = dialectIds.filter((id) => id !== dialect && this.#reads(id));
    const fits = found.length === 0 ? "nor as that of any other dialect" : `but as one of ${found.join(", ")}`;
    return `no statement of the log that changes rows can be read as one of ${dialect}, ${fits}; the first is line ${first.line}: ${shown(first.text)}`;
  }

  #reads(dialect: DialectId): boolean {
    const reader = this.#asked.readerOf(dialect);
    return this.#unread.some(({ text }) => isReadable(reader.read(text, noBindings)));
  }
}

/** Does it say at least in which table? */
function isReadable(outcomes: readonly Outcome[]): boolean {
  return !outcomes.some(
    (outcome) => outcome.kind === "fault" || (outcome.kind === "evidence" && outcome.table === undefined),
  );
}

function shown(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
}
