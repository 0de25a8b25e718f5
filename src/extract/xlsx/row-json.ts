/** A row for quarantine: a line of JSON by the names of its cells, texts as texts, numbers as the file writes them. */
import { columnName } from "./cell-name.ts";
import { type CellBook, contentOf } from "./content.ts";
import type { SheetCell, SheetRow } from "./sheet-parser.ts";

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function valueOf(cell: SheetCell, book: CellBook): string {
  const content = contentOf(cell, book);
  if (content.kind === "text") return JSON.stringify(content.text);
  if (content.kind === "boolean") return String(content.value);
  const { text: raw = "null" } = cell;
  if (content.kind === "none") return JSON.stringify({ [cell.type]: raw });
  const number = jsonNumber.test(raw) ? raw : JSON.stringify(raw);
  const { code } = content.format;
  return code === "General" ? number : `{"number":${number},"format":${JSON.stringify(code)}}`;
}

function withFormula(formula: string | undefined, value: string | undefined): string {
  if (formula === undefined) return value ?? "null";
  return `{"formula":${JSON.stringify(formula)}${value === undefined ? "" : `,"value":${value}`}}`;
}

/** `{"A5":"00123","B5":{"number":40959,"format":"dd/mm/yyyy"},"C5":{"formula":"B5*2","value":81918}}` */
export function rowAsJson({ number, cells }: SheetRow, book: CellBook): string {
  const members = cells.map((cell) => {
    const value = cell.text === undefined ? undefined : valueOf(cell, book);
    return `"${columnName(cell.column)}${number}":${withFormula(cell.formula, value)}`;
  });
  return `{${members.join(",")}}`;
}
