/** What a format says of one piece of a time, and how it is read. */

/** A time as it is written; what is not written is undefined. */
export interface TimeFields {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  /** Digits behind the point. */
  fraction?: string;
  isAfternoon?: boolean;
  /** `Z`, `+0100`, `-05:30`. */
  offset?: string;
}

export interface Token {
  /** Digits of a bounded number or letters only: it cannot backtrack far. */
  readonly expression: string;
  read(text: string, fields: TimeFields): void;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const monthNames =
  "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?";

type Counted = "year" | "month" | "day" | "hour" | "minute" | "second";

function digits(field: Counted, expression: string): Token {
  return { expression, read: (text, fields) => void (fields[field] = Number(text)) };
}

const monthName: Token = {
  expression: monthNames,
  read: (text, fields) => void (fields.month = months.indexOf(text.slice(0, 3).toLowerCase()) + 1),
};

const weekday: Token = { expression: "[A-Za-z]{2,9}", read: () => undefined };

const offset: Token = {
  expression: "Z|UTC|GMT|[+-]\\d\\d(?::?\\d\\d)?",
  read: (text, fields) => void (fields.offset = /^[A-Z]/i.test(text) ? "Z" : text),
};

/** Two digits are of this century up to 68, as POSIX has it. */
const shortYear: Token = {
  expression: "\\d\\d",
  read: (text, fields) => void (fields.year = Number(text) + (Number(text) < 69 ? 2000 : 1900)),
};

const meridiem: Token = {
  expression: "[AaPp]\\.?[Mm]\\.?",
  read: (text, fields) => void (fields.isAfternoon = /^p/i.test(text)),
};

/** Outer blanks of a day are how syslog pads it. */
const loose = " ?\\d{1,2}";

export const tokens: Readonly<Record<string, Token>> = {
  yyyy: digits("year", "\\d{4}"),
  yy: shortYear,
  MMMM: monthName,
  MMM: monthName,
  MM: digits("month", "\\d\\d"),
  M: digits("month", "\\d{1,2}"),
  dd: digits("day", "\\d\\d"),
  d: digits("day", loose),
  HH: digits("hour", "\\d\\d"),
  H: digits("hour", loose),
  hh: digits("hour", "\\d\\d"),
  h: digits("hour", loose),
  mm: digits("minute", "\\d\\d"),
  ss: digits("second", "\\d\\d"),
  a: meridiem,
  Z: offset,
  xxx: offset,
  EEE: weekday,
  EEEE: weekday,
};

/** However many S: as many digits as there are. */
export const fraction: Token = {
  expression: "\\d{1,12}",
  read: (text, fields) => void (fields.fraction = text),
};
