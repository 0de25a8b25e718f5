/** The line with which SSMS, sqlcmd, psql and SQL*Plus end what they print: how many rows there were. */
import type { CsvRecord } from "./scanner.ts";

const forms = [
  /^\((\d+) rows? affected\)$/i,
  /^\((\d+) row\(s\) affected\)$/i,
  /^\((\d+) rows?\)$/i,
  /^(\d+) rows selected\.$/i,
];

/** How many rows the record says that there were; undefined where it does not. */
function statedRows({ cells, fault }: CsvRecord): number | undefined {
  const [text, another] = cells;
  if (fault !== undefined || another !== undefined || typeof text !== "string") return undefined;
  const stated = forms.map((form) => form.exec(text.trim())?.[1]).find((digits) => digits !== undefined);
  return stated === undefined ? undefined : Number(stated);
}

/** Holds what the file says of its rows against what was found. */
export class RowCount {
  /** Records found so far, whatever became of them. */
  rows = 0;
  #stated: number | undefined;

  /** Is the record such a line, and the first? */
  takes(record: CsvRecord): boolean {
    if (record.cells.length !== 1) return false;
    const stated = this.#stated === undefined ? statedRows(record) : undefined;
    this.#stated ??= stated;
    return stated !== undefined;
  }

  /** What is wrong; undefined where nothing is stated, or all is there. */
  get difference(): { readonly message: string; readonly isLoss: boolean } | undefined {
    if (this.#stated === undefined || this.#stated === this.rows) return undefined;
    const message = `the file says that it has ${this.#stated} rows, and ${this.rows} were found`;
    return { message, isLoss: this.rows < this.#stated };
  }
}
