/** Records of programs that print statements among other things: what does not go on with a statement is not of it. */
import type { LogEvent, LogLine } from "../event.ts";
import { rawOf, RecordLines, type LogRecord } from "../record-lines.ts";

export interface RecordKinds {
  /** Does the line begin a record? */
  readonly isHead: (text: string) => boolean;
  /** Does the head begin a statement? */
  readonly isStatement: (text: string) => boolean;
  /** Does a backslash in a text keep the quote behind it from ending it? */
  readonly escapes?: boolean;
  /** Does it begin a value of one? */
  readonly isValue?: (text: string) => boolean;
}

const goesOn =
  /^(?:\s+\S|[(),}\]]|command \d+:|(?:SELECT|FROM|JOIN|INNER|LEFT|RIGHT|OUTER|CROSS|ON|USING|SET|VALUES|INTO|WHERE|AND|OR|NOT|IN|GROUP|HAVING|ORDER|LIMIT|OFFSET|FETCH|RETURNING|OUTPUT|UNION|INSERT|UPDATE|DELETE)\b)/i;

/** Reads the last record, unless it is cut. */
export function* readLast(
  lines: StatementLines,
  read: (record: LogRecord) => Generator<LogEvent>,
): Generator<LogEvent> {
  const last = lines.end();
  if (last === undefined) return;
  const { record, isCut } = last;
  if (isCut)
    yield { kind: "fault", line: record.line, raw: rawOf(record), reason: "the log ends inside of the statement" };
  else yield* read(record);
}

/** Of what is no statement: it goes on until the next head, and there may be none. */
const mostLines = 1000;

export class StatementLines {
  readonly #kinds: RecordKinds;
  readonly #lines: RecordLines;
  #isStatement = false;
  #isInText = false;
  #count = 0;

  constructor(kinds: RecordKinds) {
    this.#kinds = kinds;
    this.#lines = new RecordLines((text) => this.#begins(text));
  }

  /** The record that the line shows to be complete. */
  take(line: LogLine): LogRecord | undefined {
    const record = this.#lines.take(line);
    const { text } = line;
    if (this.#kinds.isHead(text) || record !== undefined) {
      this.#isStatement = this.#kinds.isHead(text) && this.#kinds.isStatement(text);
      this.#isInText = false;
      this.#count = 0;
    }
    this.#count++;
    this.#isInText = this.#isStatement && endsInText(text, this.#isInText, this.#kinds.escapes === true);
    return record;
  }

  /** The last record. `isCut`: it is a statement's, and what ends its last line is not there: more may have stood behind. */
  end(): { readonly record: LogRecord; readonly isCut: boolean } | undefined {
    const record = this.#lines.end();
    if (record === undefined) return undefined;
    const isPart = this.#isStatement || this.#kinds.isValue?.(record.lines[0]?.text ?? "") === true;
    return { record, isCut: isPart && record.lines.at(-1)?.ending === "" };
  }

  #begins(text: string): boolean {
    if (this.#kinds.isHead(text)) return true;
    return this.#isStatement ? !this.#isInText && !goesOn.test(text) : this.#count >= mostLines;
  }
}

/** Is a text in single quotes open at the line's end? What stands in double quotes holds none, and ends in its line. */
function endsInText(line: string, isInText: boolean, escapes: boolean): boolean {
  let open = isInText ? "'" : "";
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? "";
    if (letter === "\\" && (open === '"' || (open === "'" && escapes))) at++;
    else if (open !== "") open = letter === open ? "" : open;
    else if (letter === "'" || letter === '"') open = letter;
  }
  return open === "'";
}
