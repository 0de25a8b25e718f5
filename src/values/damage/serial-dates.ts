/** Dates as a spreadsheet counts them: days since the end of 1899, or since 1904-01-01 (GOTCHAS 36). */
import { day1900, dayNumber, unitsPerDay } from "../calendar.ts";
import { readDateText } from "../date-text.ts";
import { Moment } from "../moment.ts";
import type { Damage } from "./damage.ts";

const in1900: Damage = { kind: "excel-serial-date", what: "a spreadsheet's number of the date, 1900 system" };
const in1904: Damage = { kind: "excel-serial-date", what: "a spreadsheet's number of the date, 1904 system" };

const firstOfMarch1900 = dayNumber(1900, 3, 1);
const day1904 = dayNumber(1904, 1, 1);

/** 1900-01-01 is 1. From March 1900 on one more: to spreadsheets that year had a 29 February. */
function serial1900(days: number): number {
  return days - day1900 + (days >= firstOfMarch1900 ? 2 : 1);
}

/** At most 9999-12-31, and a time of day. */
const serialForm = /^\d{1,7}(?:\.(\d{1,15}))?$/;
/** Day, month and year with something between them: `20120220` and `12.50` are numbers to a spreadsheet. */
const dateForm = /^[\dA-Za-z]+[-/. ]+[\dA-Za-z]+[-/., ]+\d/;
const longestDate = 64;

/** General shows `40959.42708`: a time of day that does not come out even has at least so many decimals. */
const leastDecimals = 4;

function isSerial(candidate: number, decimals: number, exact: number): boolean {
  const gap = Math.abs(candidate - exact);
  return gap < 1e-9 || (decimals >= leastDecimals && gap <= 0.500_001 * 10 ** -decimals);
}

const readings = [
  { dateOrder: "mdy", legacy: false },
  { dateOrder: "dmy", legacy: false },
] as const;
const moment = new Moment();

/** Is `candidate` the number of the date that the text `intact` names, in either order of day and month? */
export function serialDateDamage(candidate: string, intact: string): Damage | undefined {
  const match = serialForm.exec(candidate);
  if (match === null || intact.length > longestDate || !dateForm.test(intact)) return undefined;
  const decimals = match[1]?.length ?? 0;
  for (const reading of readings) {
    if (!readDateText(intact, reading, moment) || moment.days < 0) continue;
    const clock = Math.max(moment.units, 0) / unitsPerDay;
    if (moment.days >= day1900 && isSerial(Number(candidate), decimals, serial1900(moment.days) + clock)) return in1900;
    if (isSerial(Number(candidate), decimals, moment.days - day1904 + clock)) return in1904;
  }
  return undefined;
}
