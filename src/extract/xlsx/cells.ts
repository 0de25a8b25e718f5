/** From a cell of a sheet to the raw value of a target column, as the column's type wants it. */
import type { Column, TypeName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { formatDay } from "../../values/calendar.ts";
import { type CellBook, type Content, contentOf, contentText, isDated } from "./content.ts";
import type { ColumnNote } from "./notes.ts";
import { hasLostDigits } from "./number-text.ts";
import { clockText, isUnsure, momentText, readSerial } from "./serial.ts";
import type { SheetCell } from "./sheet-parser.ts";

/** Where a reader says what is to be said of the cell, besides its value. */
export interface CellReport {
  /** It may not be what it was. */
  doubt(reason: string): void;
  /** It holds no value: what is returned is kept as raw text. */
  unclaimed(reason: string): void;
  note(kind: ColumnNote): void;
}

export type CellReader = (cell: SheetCell, report: CellReport) => RawValue;

type NumberContent = Extract<Content, { kind: "number" }>;
type NumberReader = (content: NumberContent, raw: string, book: CellBook, report: CellReport) => RawValue;

const lostDigits = "a spreadsheet keeps 15 digits of a number, and the zeros behind them may stand for others";
const fromExponent = "it may be text such as 100E10 that was taken for a number";
const early = "programs count dates before March 1900 differently";

function readAsText(content: NumberContent, raw: string, book: CellBook, report: CellReport): RawValue {
  const { text, format } = content;
  if (isDated(format)) {
    report.note("date-as-text");
    return contentText(content, book.is1904);
  }
  if (hasLostDigits(text)) report.doubt(lostDigits);
  else if (/e\+?\d/i.test(raw)) report.doubt(fromExponent);
  const isPadded = format.leastDigits > text.length && /^\d+$/.test(text);
  report.note(isPadded ? "padded" : "number-as-text");
  return isPadded ? text.padStart(format.leastDigits, "0") : text;
}

function readAsNumber({ text, format }: NumberContent, _raw: string, _book: CellBook, report: CellReport): RawValue {
  if (format.kind === "date" || format.kind === "date-time") report.note("date-as-number");
  if (hasLostDigits(text)) report.doubt(lostDigits);
  return text;
}

/** Numbers without a date format are dates of these years, or are not read as dates. */
const plausible = { from: "1920-01-01", to: "2099-12-31" };
const compactDate = /^\d{8}$/;

function readAsDate({ text, format }: NumberContent, _raw: string, book: CellBook, report: CellReport): RawValue {
  // 20230115 is a date as it stands, and far beyond the last day of a spreadsheet.
  if (compactDate.test(text) && !isDated(format)) return text;
  const moment = readSerial(Number(text), book.is1904);
  if (typeof moment === "string") return refuse(text, moment, report);
  const { day } = moment;
  if (day === undefined) return refuse(text, "is a time of day without a date", report);
  if (!isDated(format)) {
    const date = formatDay(day);
    if (date < plausible.from || date > plausible.to)
      return refuse(text, "is a number without a date format, and no likely date", report);
    report.note("number-as-date");
  }
  if (isUnsure(Number(text), book.is1904)) report.doubt(early);
  return momentText(moment);
}

function readAsTime({ text, format }: NumberContent, _raw: string, book: CellBook, report: CellReport): RawValue {
  const serial = Number(text);
  if (format.kind === "duration" && serial >= 1) return refuse(text, "is a duration of a day or more", report);
  const moment = readSerial(serial, book.is1904);
  if (typeof moment === "string") return refuse(text, moment, report);
  if (!isDated(format)) {
    if (serial >= 1) return refuse(text, "is a number without a time format, and no time of day", report);
    report.note("number-as-date");
  }
  return clockText(moment.milliseconds);
}

function refuse(text: string, reason: string, report: CellReport): RawValue {
  report.unclaimed(reason);
  return text;
}

const textTypes = new Set<TypeName>(["char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml", "sql_variant"]);
const dateTypes = new Set<TypeName>(["date", "smalldatetime", "datetime", "datetime2", "datetimeoffset"]);

function numberReaderOf(type: TypeName): NumberReader {
  if (textTypes.has(type)) return readAsText;
  if (dateTypes.has(type)) return readAsDate;
  return type === "time" ? readAsTime : readAsNumber;
}

/** The reader of a column; make it once a column. */
export function cellReader(column: Column, book: CellBook): CellReader {
  const { name } = column.type;
  const readNumber = numberReaderOf(name);
  const isText = textTypes.has(name);
  return (cell, report) => {
    const content = contentOf(cell, book);
    if (content.kind === "text") return content.text;
    if (content.kind === "number") return readNumber(content, cell.text ?? "", book, report);
    if (content.kind === "none") return refuse(content.raw, content.reason, report);
    return isText ? contentText(content, book.is1904) : content.value;
  };
}
