/** Records of programs that print statements among other things: what does not go on with a statement is not of it. */
import type { LogLine } from "../event.ts";
import { RecordLines, type LogRecord } from "../record-lines.ts";

export interface RecordKinds {
  /** Does the line begin a record? */
  readonly isHead: (text: string) => boolean;
  /** Does the head begin a statement? */
  readonly isStatement: (text: string) => boolean;
}

const goesOn =
  /^(?:\s+\S|[(),}\]]|command \d+:|(?:SELECT|FROM|JOIN|INNER|LEFT|RIGHT|OUTER|CROSS|ON|USING|SET|VALUES|INTO|WHERE|AND|OR|NOT|IN|GROUP|HAVING|ORDER|LIMIT|OFFSET|FETCH|RETURNING|OUTPUT|UNION|INSERT|UPDATE|DELETE)\b)/i;

export class StatementLines {
  readonly #kinds: RecordKinds;
  readonly #lines: RecordLines;
  #isStatement = false;
  #quotes = 0;

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
      this.#quotes = 0;
    }
    this.#quotes += text.split("'").length - 1;
    return record;
  }

  end(): LogRecord | undefined {
    return this.#lines.end();
  }

  #begins(text: string): boolean {
    return this.#kinds.isHead(text) || (this.#isStatement && this.#quotes % 2 === 0 && !goesOn.test(text));
  }
}
