/** What a cell holds, before it is known which column it feeds. */
import { unescapeText } from "./text.ts";
import { general, type NumberFormat } from "./number-format.ts";
import type { SheetCell } from "./sheet-parser.ts";
import type { Workbook } from "./workbook.ts";
import { plainNumber } from "./number-text.ts";
import { durationText, momentText, readSerial } from "./serial.ts";

export type Content =
  | { readonly kind: "text"; readonly text: string }
  /** `text` in plain notation. */
  | { readonly kind: "number"; readonly text: string; readonly format: NumberFormat }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** No value: `reason` ends a sentence that begins with the cell. */
  | { readonly kind: "none"; readonly raw: string; readonly reason: string };

export type CellBook = Pick<Workbook, "strings" | "formats" | "is1904">;

function none(raw: string, reason: string): Content {
  return { kind: "none", raw, reason };
}

function shared(index: string, { strings }: CellBook): Content {
  const text = strings.get(Number(index));
  if (text !== undefined && strings.isFaulty(Number(index)))
    return none(text, "is a shared string that is not well-formed XML");
  if (text !== undefined) return { kind: "text", text };
  return none(index, `is shared string ${index}, and the workbook has ${strings.count}`);
}

function number(raw: string, style: number, { formats }: CellBook): Content {
  const text = plainNumber(raw);
  if (text === undefined) return none(raw, "is a number to the workbook, and cannot be read as one");
  return { kind: "number", text, format: formats[style] ?? general };
}

/** Reads a cell by its type: ECMA-376 part 1, 18.18.11. */
export function contentOf({ type, style, text, formula }: SheetCell, book: CellBook): Content {
  if (text === undefined) return none(`=${formula ?? ""}`, "is a formula without its computed value");
  switch (type) {
    case "s":
      return shared(text, book);
    case "n":
      return number(text, style, book);
    case "str":
      return { kind: "text", text: unescapeText(text) };
    case "inlineStr":
    case "d":
      return { kind: "text", text };
    case "b":
      return { kind: "boolean", value: text === "1" || text === "true" };
    case "e":
      return none(text, `is the error ${text}`);
    default:
      return none(text, `is of the type "${type}", which no spreadsheet writes`);
  }
}

/** Days and times of day as text: the number itself where it is none. */
export function shownDate(text: string, { kind }: NumberFormat, is1904: boolean): string {
  const serial = Number(text);
  if (kind === "duration") return durationText(serial);
  const moment = readSerial(serial, is1904);
  if (typeof moment === "string") return text;
  return momentText(kind === "time" ? { ...moment, day: undefined } : moment);
}

/** Is the number a day or a time to whoever looks at the sheet? */
export function isDated({ kind }: NumberFormat): boolean {
  return kind !== "number" && kind !== "text";
}

/** As text, the way a text column takes it. */
export function contentText(content: Content, is1904: boolean): string {
  if (content.kind === "none") return content.raw;
  if (content.kind === "boolean") return content.value ? "TRUE" : "FALSE";
  if (content.kind === "text") return content.text;
  if (isDated(content.format)) return shownDate(content.text, content.format, is1904);
  return content.text;
}
