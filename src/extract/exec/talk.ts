/** What a program says on stderr: line by line to the log, the last lines kept for the error. */

const longestLine = 4096;
const keptLines = 8;

export class Talk {
  /** The last lines that held more than blanks. */
  readonly last: string[] = [];
  readonly #onLine: (line: string) => void;
  #open = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** A line that is too long for a log is cut. */
  write(text: string): void {
    const [first = "", ...rest] = text.split(/\r?\n/);
    this.#append(first);
    for (const next of rest) {
      this.end();
      this.#append(next);
    }
  }

  /** Ends the line that is open. */
  end(): void {
    const line = this.#open.trimEnd();
    this.#open = "";
    if (line === "") return;
    this.last.push(line);
    if (this.last.length > keptLines) this.last.shift();
    this.#onLine(line);
  }

  #append(text: string): void {
    this.#open += text.slice(0, Math.max(0, longestLine - this.#open.length));
  }
}
