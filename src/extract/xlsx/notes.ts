/** Counts what people should know of a sheet, and says it once. */
import type { Column } from "../../schema/model.ts";
import type { SheetRow } from "./sheet-parser.ts";

export type ColumnNote = "date-as-text" | "number-as-text" | "padded" | "date-as-number" | "number-as-date";

type Say = (count: string, be: "is" | "are") => string;

function counted(count: number, one: string): [count: string, be: "is" | "are"] {
  return count === 1 ? [`1 ${one}`, "is"] : [`${count} ${one}s`, "are"];
}

const ofColumns: Readonly<Record<ColumnNote, readonly [thing: string, say: Say]>> = {
  "date-as-text": ["date", (dates, be) => `${dates} ${be} read as text, as in 2005-04-03`],
  "number-as-text": [
    "number",
    (numbers, be) => `${numbers} ${be} read as text: zeros in front, if there were any, are lost`,
  ],
  padded: ["number", (numbers, be) => `${numbers} ${be} read with the zeros in front that the cell's format shows`],
  "date-as-number": ["date", (dates, be) => `${dates} ${be} read as the number that a spreadsheet counts it by`],
  "number-as-date": [
    "number",
    (numbers, be) => `${numbers} without a date format ${be} read as a spreadsheet counts dates`,
  ],
};

export class SheetNotes {
  readonly #columns = new Map<Column, Map<ColumnNote, number>>();
  readonly #none = new Map<string, number>();
  #formulas = 0;
  #hiddenRows = 0;
  covered = 0;

  ofColumn(column: Column, kind: ColumnNote): void {
    const notes = this.#columns.get(column) ?? new Map<ColumnNote, number>();
    this.#columns.set(column, notes.set(kind, (notes.get(kind) ?? 0) + 1));
  }

  /** A cell without a value. */
  none(reason: string): void {
    if (this.#none.size < 100 || this.#none.has(reason)) this.#none.set(reason, (this.#none.get(reason) ?? 0) + 1);
  }

  row({ isHidden, cells }: SheetRow): void {
    if (isHidden) this.#hiddenRows++;
    for (const { formula, text } of cells) if (formula !== undefined && text !== undefined) this.#formulas++;
  }

  /** As sentences; `filter` is the range whose rows a filter hides. */
  sentences(filter: string | undefined): string[] {
    return [
      ...this.#ofSheet(filter),
      ...[...this.#none].map(
        ([reason, count]) =>
          `no value in ${counted(count, "cell")[0]}, kept as raw text: ${count === 1 ? "it" : "each"} ${reason}`,
      ),
      ...[...this.#columns].flatMap(([{ name }, notes]) =>
        [...notes].map(([kind, count]) => `${name}: ${ofColumns[kind][1](...counted(count, ofColumns[kind][0]))}`),
      ),
    ];
  }

  #ofSheet(filter: string | undefined): string[] {
    const said: string[] = [];
    const say = (count: number, thing: string, rest: Say): void => {
      if (count > 0) said.push(rest(...counted(count, thing)));
    };
    const why = filter === undefined ? "hidden" : `hidden, by the filter of ${filter} or otherwise`;
    say(
      this.#formulas,
      "cell",
      (cells, be) => `${cells} ${be === "is" ? "is a formula" : "are formulas"}: the last computed value is read`,
    );
    say(this.#hiddenRows, "row", (rows, be) => `${rows} ${be} ${why}, and read as the others are`);
    say(
      this.covered,
      "cell",
      (cells, be) => `${cells} ${be} merged into another, which alone has the value: nothing is read from there`,
    );
    return said;
  }
}
