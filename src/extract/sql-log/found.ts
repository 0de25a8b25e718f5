/** What was found in a log, for a word where it is not what it is taken for. */
import type { LogLine } from "./event.ts";
import type { Outcome } from "./outcome.ts";

const shownLine = 120;

export class Found {
  #lines = 0;
  #first: LogLine | undefined;
  #changes = 0;
  #unnamed = 0;
  #others = 0;

  line(line: LogLine): void {
    this.#lines++;
    if (this.#first === undefined && line.text.trim() !== "") this.#first = line;
  }

  note(outcomes: readonly Outcome[]): readonly Outcome[] {
    for (const outcome of outcomes)
      if (outcome.kind === "change") this.#changes++;
      else if (outcome.kind === "evidence" && outcome.table === undefined) this.#unnamed++;
      else this.#others++;
    return outcomes;
  }

  /** Undefined where the log is what the recipe says. */
  doubt(format: string, dialect: string): string | undefined {
    if (this.#first === undefined) return undefined;
    if (this.#changes + this.#unnamed + this.#others === 0)
      return `none of its ${this.#lines} lines holds a statement as ${format} logs it: is it another format? Its line ${this.#first.number} is ${JSON.stringify(this.#first.text.slice(0, shownLine))}`;
    if (this.#unnamed > this.#changes)
      return `${this.#unnamed} statements name no table that could be told, and ${this.#changes} do: is \`dialect: ${dialect}\` right?`;
    return undefined;
  }
}
