/** From what was counted in a column to what people should know of it. */
import { counted, firstOf } from "../text.ts";
import type { Decision } from "./families.ts";
import type { Kind } from "./kinds.ts";
import type { LengthStatistics } from "./lengths.ts";
import type { SeenMark } from "./marks.ts";
import type { DateOrderEvidence, Sign, Witness } from "./model.ts";
import { compareNumbers, type NumberStatistics } from "./numbers.ts";
import type { Counted, Tally } from "./tally.ts";

export interface ColumnFacts {
  readonly name: string;
  readonly decision: Decision | undefined;
  readonly kinds: Tally<Kind>;
  readonly nullWords: Tally<string>;
  readonly outerBlanks: Counted | undefined;
  readonly marks: readonly SeenMark[];
  readonly numbers: NumberStatistics;
  /** Integers that are days of the calendar, as in 20260314. */
  readonly areDates: boolean;
  readonly lengths: LengthStatistics;
  readonly dateOrder: DateOrderEvidence | undefined;
}

/** More than a witness has to show. */
const shownCharacters = 40;
/** A name in English, German, French or Spanish that speaks of time. */
const dateName = /date|datum|fecha|time|when|birth|hired|geboren/i;
const momentName = /_(?:at|on)$|[a-z](?:At|On)$/;
/** `1.91431E+18`, for numbers of twelve digits and more. */
const spreadsheetForm = /^\d(?:\.\d+)?E\+(?:1[1-9]|[2-9]\d)$/;
/** 1954 to 2064 as a spreadsheet counts days. */
const serialDays = { least: "20000", most: "60000" };
const leastSerials = 3;

/** In a fixed order, what is lost for good first. No sentence quotes a value: those are the witnesses', which may have to be hidden. */
export function signsOf(facts: ColumnFacts): Sign[] {
  const finders = [ofMarks, ofSpreadsheetDigits, ofScientific, ofLostZeros, ofSerialDates, ofMixedDates];
  const others = [ofOddCells, ofCut, ofNullWords, ofOuterBlanks];
  return [...finders, ...others].flatMap((find) => find(facts));
}

function sign(id: Sign["sign"], count: number, what: string, first?: Witness): Sign {
  return { sign: id, count, what, ...(first === undefined ? {} : { first: shortened(first) }) };
}

function shortened({ record, value }: Witness): Witness {
  return { record, value: value.length > shownCharacters ? `${firstOf(value, shownCharacters)}…` : value };
}

function cells(count: number): string {
  return counted(count, "cell");
}

function ofMarks({ marks }: ColumnFacts): Sign[] {
  return marks.map(({ mark, count, first }) =>
    sign(mark.sign, count, `${cells(count)} ${verb(mark.what, count)}`, first),
  );
}

/** `hold`, `look` with one cell: `holds`, `looks`. */
function verb(what: string, count: number): string {
  return count === 1 ? what.replace(/^\w+/, (word) => `${word}s`) : what;
}

function ofSpreadsheetDigits({ numbers }: ColumnFacts): Sign[] {
  const { long, longInZeros, firstInZeros } = numbers;
  if (longInZeros === 0 || longInZeros < long) return [];
  const what = `all ${counted(long, "number")} of more than 15 digits end in zeros: a spreadsheet lost the digits behind (GOTCHAS 36)`;
  return [
    sign(
      "excel-15-digits",
      longInZeros,
      long === 1 ? what.replace("all 1 number of", "the number of").replace("end in", "ends in") : what,
      firstInZeros,
    ),
  ];
}

function ofScientific({ kinds }: ColumnFacts): Sign[] {
  const found = kinds.get("scientific");
  if (found === undefined || !spreadsheetForm.test(found.first.value)) return [];
  const what = `${cells(found.count)} in scientific notation, as a spreadsheet shows long numbers`;
  return [sign("scientific", found.count, what, found.first)];
}

/** Some values keep their zeros and fill a width that others fall short of. */
function ofLostZeros({ decision, numbers }: ColumnFacts): Sign[] {
  if (decision?.family !== "integer" || numbers.withLeadingZeros === 0 || numbers.shorter === 0) return [];
  const what = `${counted(numbers.withLeadingZeros, "value")} ${numbers.withLeadingZeros === 1 ? "begins" : "begin"} with zeros and others are shorter: were zeros lost?`;
  return [sign("lost-zeros", numbers.shorter, what)];
}

function ofSerialDates({ name, decision, numbers, areDates }: ColumnFacts): Sign[] {
  const { range } = numbers;
  if (
    decision?.family !== "integer" ||
    areDates ||
    range === undefined ||
    !(dateName.test(name) || momentName.test(name))
  )
    return [];
  const isSerial =
    compareNumbers(range.least, serialDays.least) >= 0 && compareNumbers(range.most, serialDays.most) <= 0;
  if (!isSerial || numbers.integers < leastSerials) return [];
  return [sign("serial-dates", numbers.integers, "the numbers could be a spreadsheet's days since 1900")];
}

function ofMixedDates({ dateOrder }: ColumnFacts): Sign[] {
  if (dateOrder?.order !== "mixed" || dateOrder.dayFirst === undefined || dateOrder.monthFirst === undefined) return [];
  const [day, month] = [dateOrder.dayFirst.record, dateOrder.monthFirst.record];
  return [
    sign("mixed-dates", 2, `dates with the day first (record ${day}) and with the month first (record ${month})`),
  ];
}

const familyWords: Readonly<Record<string, string>> = {
  integer: "no integer",
  decimal: "no number",
  float: "no number",
  boolean: "neither true nor false",
  uuid: "no uniqueidentifier",
  date: "no date",
  datetime: "no date with a time",
  "datetime-offset": "no date with a time and its offset",
  time: "no time",
  binary: "not binary",
};

function ofOddCells({ decision, kinds }: ColumnFacts): Sign[] {
  if (decision === undefined || decision.odd === 0) return [];
  const firsts = [...kinds].flatMap(([kind, { first }]) =>
    decision.kinds.includes(kind) || kind === "null-word" ? [] : [first],
  );
  const first = firsts.toSorted((left, right) => left.record - right.record)[0];
  const what = `${cells(decision.odd)} ${decision.odd === 1 ? "is" : "are"} ${familyWords[decision.family] ?? "odd"}, unlike all others`;
  return [sign("odd-cells", decision.odd, what, first)];
}

function ofCut({ decision, lengths }: ColumnFacts): Sign[] {
  const { cut } = lengths;
  if (decision?.family !== "text" || cut === undefined) return [];
  return [
    sign(
      "cut-off",
      cut.count,
      `${counted(cut.count, "value")} fill ${cut.width} characters: were they cut off there?`,
      cut.first,
    ),
  ];
}

function ofNullWords({ nullWords }: ColumnFacts): Sign[] {
  return [...nullWords].map(([word, { count, first }]) => ({
    ...sign("null-word", count, `${cells(count)} ${count === 1 ? "says" : "say"} ${word}: NULL, or a value?`, first),
    word,
  }));
}

function ofOuterBlanks({ outerBlanks }: ColumnFacts): Sign[] {
  if (outerBlanks === undefined) return [];
  const { count, first } = outerBlanks;
  return [
    sign(
      "outer-blanks",
      count,
      `${cells(count)} ${count === 1 ? "begins or ends" : "begin or end"} with blanks`,
      first,
    ),
  ];
}
