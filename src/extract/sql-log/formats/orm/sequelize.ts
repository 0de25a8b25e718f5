/**
 * What Sequelize logs of its queries (`logging`, with `benchmark` and `logQueryParameters`), alone or behind the prefix of a logger.
 * Source: `AbstractQuery._logQuery` and `Sequelize.log` of sequelize/sequelize, v6.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../../event.ts";
import { noBindings, NotLogged, type Bindings, type Bound } from "../../parameters.ts";
import { textOf } from "../../record-lines.ts";
import { timeOf } from "../../time.ts";
import { scanLiterals } from "./literals.ts";

const head = /Execut(?:ing|ed) \((default|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\): /;
const elapsed = / Elapsed time: \d+ms$/;
/** A line that can only go on with a statement. */
const goesOn =
  /^(?:\s+\S|(?:WHERE|SET|VALUES|ON|AND|OR|FROM|RETURNING|LIMIT|ORDER|USING|OUTPUT|SELECT|INNER|LEFT|JOIN)\b|[(),])/i;

interface OpenRecord {
  readonly lines: LogLine[];
  readonly session: string;
  readonly from: number;
}

class SequelizeParser implements LogParser {
  readonly #settings: FormatSettings;
  #open: OpenRecord | undefined;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const found = head.exec(line.text);
    if (found === null && this.#open !== undefined && this.#continues(this.#open, line)) {
      this.#open.lines.push(line);
      return;
    }
    yield* this.end();
    if (found === null)
      yield {
        kind: "skip",
        line: line.number,
        raw: line.text,
        rule: line.text.trim() === "" ? "blank line" : "no statement",
      };
    else this.#open = { lines: [line], session: found[1] ?? "", from: found.index + found[0].length };
  }

  *end(): Generator<LogEvent> {
    if (this.#open !== undefined) yield this.#statement(this.#open);
    this.#open = undefined;
  }

  #continues({ lines, from }: OpenRecord, line: LogLine): boolean {
    return goesOn.test(line.text) || scanLiterals(textOf(lines).slice(from), this.#hasBackslashes).isOpen;
  }

  get #hasBackslashes(): boolean {
    return this.#settings.dialect === "mysql";
  }

  #statement({ lines, session, from }: OpenRecord): StatementEvent {
    const raw = textOf(lines);
    const [sql, bindings] = this.#split(raw.slice(from).replace(elapsed, ""));
    const { zone, dateFormat } = this.#settings;
    const at = timeOf(raw.replace(/^\[/, ""), zone, dateFormat);
    return {
      kind: "statement",
      line: lines[0]?.number ?? 1,
      raw,
      session,
      at,
      text: sql,
      bindings,
      fate: "done",
    };
  }

  /** The statement, and the values behind its semicolon. */
  #split(text: string): readonly [sql: string, bindings: Bindings] {
    const { afterStatement } = scanLiterals(text, this.#hasBackslashes);
    const behind = afterStatement < 0 ? "" : text.slice(afterStatement).trim();
    const bindings = behind === "" ? undefined : bindingsOf(behind);
    return bindings === undefined ? [text, noBindings] : [text.slice(0, afterStatement), bindings];
  }
}

/** Values as JSON, one behind the other or by name; undefined where the text is something else. */
function bindingsOf(text: string): Bindings | undefined {
  const values = parseJson(`[${text}]`);
  if (!Array.isArray(values)) return undefined;
  const [first] = values as readonly unknown[];
  const isNamed = values.length === 1 && typeof first === "object" && first !== null && bytesOf(first) === undefined;
  if (isNamed && !Array.isArray(first))
    return new Map(Object.entries(first).map(([name, value]) => [name.toLowerCase(), boundOf(value)]));
  return new Map(values.map((value, index) => [String(index + 1), boundOf(value)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function boundOf(value: unknown): Bound {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number")
    return value;
  return bytesOf(value) ?? new NotLogged("is logged as an object");
}

/** How `JSON.stringify` writes a Buffer. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !("type" in value) || !("data" in value)) return undefined;
  return value.type === "Buffer" && Array.isArray(value.data) ? Uint8Array.from(value.data as number[]) : undefined;
}

export const sequelize: LogFormat = { dialect: "postgres", open: (settings) => new SequelizeParser(settings) };
