/** Tells the delimiter from a file's first records, where the recipe does not say. */
import { type CsvOptions, dialectOf } from "./options.ts";
import { type CsvRecord, RecordScanner, type ScannerStart } from "./scanner.ts";

/** What stands between cells where it is no comma: spreadsheets of half of Europe, bcp and SSMS, nightly jobs. */
const others = [";", "\t", "|"] as const;
const shown: Readonly<Record<string, string>> = { ";": "semicolon", "\t": "tab", "|": "vertical bar" };

export interface FoundDelimiter {
  readonly delimiter: string;
  /** Why it is not the comma. */
  readonly evidence?: string;
}

/** The whole records at the beginning of a file. */
export function readHead(head: string, settings: CsvOptions, delimiter: string, start: ScannerStart): CsvRecord[] {
  const records = [...new RecordScanner(dialectOf(settings, delimiter), start).write(head)];
  return records.filter(({ passes }) => passes === undefined);
}

/** Of the first records so many have to be of the first one's width. */
const fittingShare = 0.9;

interface Fit {
  /** Cells of the first record; 0 where the others are of other widths. */
  readonly width: number;
  readonly fitting: number;
  readonly records: number;
}

function fitOf(head: string, settings: CsvOptions, delimiter: string, start: ScannerStart): Fit {
  const records = readHead(head, settings, delimiter, start);
  const [first] = records;
  const fitting = records.filter(({ cells }) => cells.length === first?.cells.length).length;
  const isFit = first !== undefined && first.fault === undefined && fitting >= records.length * fittingShare;
  return { width: isFit ? first.cells.length : 0, fitting, records: records.length };
}

/**
 * Another delimiter than the comma has to divide the head's records into as many cells each, and be the only one that does; the comma has to leave
 * the first record, which is the header as a rule, in one piece. Without a header commas stand in the first record as decimal signs: there
 * they have to fit the records badly. Whatever is less clear is read with commas.
 */
export function findDelimiter(head: string, settings: CsvOptions, start: ScannerStart): FoundDelimiter {
  if (settings.delimiter !== undefined) return { delimiter: settings.delimiter };
  const fits = others.map((delimiter) => ({ delimiter, ...fitOf(head, settings, delimiter, start) }));
  const [only, another] = fits.filter(({ width }) => width > 1);
  if (only === undefined || another !== undefined || mayBeComma(head, settings, start)) return { delimiter: "," };
  const { delimiter, width, fitting, records } = only;
  const evidence = `${fitting} of the first ${records} records have ${width} cells with it, and the comma does not divide them so`;
  return { delimiter, evidence: `the delimiter is taken to be the ${shown[delimiter]}: ${evidence}` };
}

function mayBeComma(head: string, settings: CsvOptions, start: ScannerStart): boolean {
  if (!settings.header) return fitOf(head, settings, ",", start).width > 1;
  return (readHead(head, settings, ",", start)[0]?.cells.length ?? 0) !== 1;
}
