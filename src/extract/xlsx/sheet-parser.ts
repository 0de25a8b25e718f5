/** From the XML of a sheet to rows of cells with something in them: ECMA-376 part 1, 18.3.1. */
import { columnOf, mostColumns } from "./cell-name.ts";
import { RunText } from "./text.ts";
import { type Attributes, isTrue, type XmlHandler } from "./xml.ts";

export interface SheetCell {
  /** Counted from 0. */
  readonly column: number;
  /** `n` where the file does not say; see ST_CellType. */
  readonly type: string;
  /** Number of its style. */
  readonly style: number;
  /** As the file writes it: of type `s` the number of a shared string. Undefined: nothing but a formula. */
  readonly text: string | undefined;
  /** Undefined where the cell is no formula; "" where the formula's text stands with another cell. */
  readonly formula: string | undefined;
}

export interface SheetRow {
  /** As the spreadsheet numbers it, from 1. */
  readonly number: number;
  readonly isHidden: boolean;
  readonly cells: readonly SheetCell[];
  /** Why it cannot be trusted. */
  readonly fault: string | undefined;
}

const mostRows = 1_048_576;

export class SheetParser implements XmlHandler {
  /** Rows without any value. */
  emptyRows = 0;
  isEnded = false;
  /** As the file says, which need not be right: `A1:F300`. */
  dimension: string | undefined;
  readonly hiddenColumns: (readonly [first: number, last: number])[] = [];
  /** What is not well-formed outside of rows. */
  damage: string | undefined;
  readonly #run = new RunText();
  #rows: SheetRow[] = [];
  #isInData = false;
  #number = 0;
  #row: { isHidden: boolean; cells: SheetCell[]; fault: string | undefined } | undefined;
  #column = -1;
  #type = "n";
  #style = 0;
  #value: string | undefined;
  #formula: string | undefined;
  #reading: "value" | "formula" | "run" | undefined;

  /** The rows that came since the last call. */
  take(): SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Attributes): void {
    if (!this.#isInData) this.#openOutside(name, attributes);
    else if (name === "c") this.#openCell(attributes);
    else if (name === "v") {
      this.#value ??= "";
      this.#reading = "value";
    } else if (name === "row") this.#openRow(attributes);
    else if (name === "f") {
      this.#formula ??= "";
      this.#reading = "formula";
    } else if (name === "is") this.#reading = "run";
    else if (this.#reading === "run") this.#run.open(name);
  }

  text(text: string): void {
    if (this.#reading === "value") this.#value += text;
    else if (this.#reading === "formula") this.#formula += text;
    else if (this.#reading === "run") this.#run.text(text);
  }

  close(name: string): void {
    if (!this.#isInData) return;
    if (name === "v" || name === "f") this.#reading = undefined;
    else if (name === "c") this.#closeCell();
    else if (name === "row") this.#closeRow();
    else if (name === "sheetData") {
      this.#isInData = false;
      this.isEnded = true;
    } else if (name === "is") this.#closeInline();
    else if (this.#reading === "run") this.#run.close(name);
  }

  fault(message: string): void {
    if (this.#row !== undefined) this.#row.fault ??= `it is not well-formed XML: ${message}`;
    // Behind the rows nothing is read here.
    else if (!this.isEnded) this.damage ??= message;
  }

  #openOutside(name: string, { ref, hidden, min, max }: Attributes): void {
    if (name === "sheetData" && !this.isEnded) this.#isInData = true;
    else if (name === "dimension") this.dimension = ref;
    else if (name === "col" && isTrue(hidden)) this.hiddenColumns.push([Number(min) - 1, Number(max) - 1]);
  }

  #openRow({ r, hidden }: Attributes): void {
    this.#finishRow();
    const number = r === undefined ? this.#number + 1 : Number(r);
    const isNumber = Number.isInteger(number) && number >= 1 && number <= mostRows;
    this.#number = isNumber ? number : this.#number + 1;
    this.#row = {
      isHidden: isTrue(hidden),
      cells: [],
      fault: isNumber ? undefined : `its number is "${r}", and a sheet has no such row`,
    };
    this.#column = -1;
  }

  #openCell({ r, t, s }: Attributes): void {
    const column = r === undefined ? this.#column + 1 : columnOf(r);
    this.#type = t ?? "n";
    this.#style = s === undefined ? 0 : Number(s);
    [this.#value, this.#formula, this.#reading] = [undefined, undefined, undefined];
    if (column >= 0 && column < mostColumns) this.#column = column;
    else if (this.#row !== undefined) {
      this.#column++;
      this.#row.fault ??= `it has a cell "${r ?? ""}", and a sheet has no such column`;
    }
  }

  #closeInline(): void {
    const text = this.#run.take();
    if (text !== undefined) this.#value = text;
    this.#reading = undefined;
  }

  #closeCell(): void {
    const [type, formula] = [this.#type, this.#formula];
    // An empty value is one of texts alone: `t="str"` is a formula that came to the empty text.
    const isNothing = this.#value === "" && type !== "str" && type !== "inlineStr";
    const text = isNothing ? undefined : this.#value;
    if (text !== undefined || formula !== undefined)
      this.#row?.cells.push({ column: this.#column, type, style: this.#style, text, formula });
    this.#reading = undefined;
  }

  #closeRow(): void {
    const row = this.#row;
    if (row === undefined) return;
    this.#row = undefined;
    if (row.cells.length === 0 && row.fault === undefined) this.emptyRows++;
    else this.#rows.push({ number: this.#number, ...row, fault: row.fault ?? twice(row.cells) });
  }

  /** A row that was not closed, because of what is not well-formed. */
  #finishRow(): void {
    if (this.#row !== undefined) this.#row.fault ??= "it has no end";
    this.#closeRow();
  }

  /** What stands at the end of a sheet that is cut short. */
  finish(): SheetRow[] {
    if (this.#row !== undefined) this.#row.fault ??= "it is cut short: the sheet ends in the middle of it";
    this.#closeRow();
    return this.take();
  }
}

/** Cells come in their order, so a column that does not ascend is looked at more closely. */
function twice(cells: readonly SheetCell[]): string | undefined {
  if (cells.every(({ column }, index) => index === 0 || column > (cells[index - 1]?.column ?? -1))) return undefined;
  const columns = new Set(cells.map(({ column }) => column));
  return columns.size === cells.length ? undefined : "it has the same cell twice";
}
