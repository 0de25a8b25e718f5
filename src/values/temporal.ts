/** date, time, smalldatetime, datetime, datetime2, datetimeoffset. */
import { readClock } from "./clock-text.ts";
import type { SqlType } from "../schema/model.ts";
import {
  day1900,
  dayNumber,
  formatClock,
  formatDay,
  formatOffset,
  unitsPerDay,
  unitsPerMinute,
  unitsPerSecond,
} from "./calendar.ts";
import { Unparsable, type Codec, type Conventions, type PresentValue, type RawValue } from "./codec.ts";
import {
  datetimeTicksPerDay,
  readDateBytes,
  readDatetime2Bytes,
  readDatetimeBytes,
  readDatetimeoffsetBytes,
  readSmalldatetimeBytes,
  readTimeBytes,
  unitsOfTick,
} from "./date-bytes.ts";
import { possibleOrders } from "./date-orders.ts";
import { type DateReading, readDateText } from "./date-text.ts";
import { readIso } from "./iso-text.ts";
import { Moment } from "./moment.ts";
import { blank, notA } from "./reasons.ts";

interface TemporalKind {
  /** How the older types read text: stricter about zones, looser about the order of year, day and month. */
  readonly legacy: boolean;
  readonly firstDay: number;
  readonly lastDay: number;
  readBytes(bytes: Uint8Array, moment: Moment): boolean;
  /** Rounds to what the type stores; the clock may come to 24:00. */
  round(units: number, scale: number): number;
  /** What the canonical text has. */
  readonly shows: { readonly date: boolean; readonly clock: boolean; readonly offset: boolean };
}

const allDays = { firstDay: 0, lastDay: dayNumber(9999, 12, 31) };
const dateAndClock = { date: true, clock: true, offset: false };

function roundToDigits(units: number, scale: number): number {
  const step = 10 ** (7 - scale);
  return Math.floor((units + step / 2) / step) * step;
}

function nearestTick(units: number): number {
  return Math.floor((units * 3 + 50_000) / 100_000);
}

/** 24:00 has to carry, and only the tick of midnight is exact there. */
function roundToTick(units: number): number {
  const tick = nearestTick(units);
  return tick === datetimeTicksPerDay ? unitsPerDay : unitsOfTick(tick);
}

/** By way of datetime, so that 29.998 s goes down and 29.999 s up, as documented. */
function roundToMinute(units: number): number {
  return Math.floor((nearestTick(units) + 9_000) / 18_000) * unitsPerMinute;
}

const kinds = {
  date: {
    ...allDays,
    legacy: false,
    readBytes: readDateBytes,
    round: () => 0,
    shows: { date: true, clock: false, offset: false },
  },
  time: {
    ...allDays,
    legacy: false,
    readBytes: readTimeBytes,
    round: roundToDigits,
    shows: { date: false, clock: true, offset: false },
  },
  smalldatetime: {
    firstDay: day1900,
    lastDay: dayNumber(2079, 6, 6),
    legacy: true,
    readBytes: readSmalldatetimeBytes,
    round: roundToMinute,
    shows: dateAndClock,
  },
  datetime: {
    firstDay: dayNumber(1753, 1, 1),
    lastDay: allDays.lastDay,
    legacy: true,
    readBytes: readDatetimeBytes,
    round: roundToTick,
    shows: dateAndClock,
  },
  datetime2: {
    ...allDays,
    legacy: false,
    readBytes: readDatetime2Bytes,
    round: roundToDigits,
    shows: dateAndClock,
  },
  datetimeoffset: {
    ...allDays,
    legacy: false,
    readBytes: readDatetimeoffsetBytes,
    round: roundToDigits,
    shows: { date: true, clock: true, offset: true },
  },
} as const satisfies Record<string, TemporalKind>;

function print(moment: Moment, { shows }: TemporalKind): string {
  if (!shows.clock) return formatDay(moment.days);
  if (!shows.date) return formatClock(moment.units);
  const local = `${formatDay(moment.days)} ${formatClock(moment.units)}`;
  return shows.offset ? `${local} ${formatOffset(moment.offset ?? 0)}` : local;
}

/** Canonical datetimeoffset, `YYYY-MM-DD hh:mm:ss.fffffff +hh:mm`, as the instant in UTC: one number to compare. */
function instantKey(canonical: string): bigint {
  const moment = new Moment();
  readDateText(canonical, { dateOrder: "ymd", legacy: false }, moment);
  const utc = moment.units - (moment.offset ?? 0) * unitsPerMinute;
  return BigInt(moment.days) * BigInt(unitsPerDay) + BigInt(utc);
}

const canonicalLength = 27;
const isoDateLength = 10;

function reasonsOf(type: SqlType, kind: TemporalKind) {
  const first = formatDay(kind.firstDay);
  const last = formatDay(kind.lastDay);
  return {
    notOne: notA(type),
    outside: new Unparsable(`is outside the range of ${type.name} (${first} to ${last})`),
    midnight: new Unparsable(`rounds to 24:00, which ${type.name} cannot hold`),
    zoned: new Unparsable(`carries a time zone, which ${type.name} does not take`),
    noDate: new Unparsable("has no date"),
    noClock: new Unparsable("has no time of day"),
    unclear: new Unparsable(
      "is another day when its day, its month or its year comes first, and nothing tells which does",
    ),
    number: new Unparsable(`is a number, whose meaning as a ${type.name} is not known`),
  };
}

/** Codec of the date and time types. One moment serves all cells: parsing is synchronous and never nests. */
export function temporalCodec(declared: SqlType, name: keyof typeof kinds): Codec {
  const kind: TemporalKind = kinds[name];
  const scale = declared.scale ?? 7;
  const reasons = reasonsOf(declared, kind);
  const readings = {
    mdy: { dateOrder: "mdy", legacy: false },
    dmy: { dateOrder: "dmy", legacy: false },
    ymd: { dateOrder: "ymd", legacy: false },
  } as const;
  const literalDmy = { dateOrder: "dmy", legacy: kind.legacy } as const;
  const moment = new Moment();

  /** Fills in what the text leaves to the type's own defaults. */
  function complete(): Unparsable | undefined {
    if (kind.legacy && moment.offset !== undefined && moment.offset !== 0) return reasons.zoned;
    // The server would give 1900-01-01 for a date, 00:00 for a time: neither is in the source.
    if (!kind.shows.clock && moment.days < 0) return reasons.noDate;
    if (!kind.shows.date && moment.units < 0) return reasons.noClock;
    if (moment.days < 0) moment.days = day1900;
    if (moment.units < 0) moment.units = 0;
    return undefined;
  }

  function settle(): Unparsable | undefined {
    const fault = complete();
    if (fault !== undefined) return fault;
    moment.units = kind.round(moment.units, scale);
    if (moment.units >= unitsPerDay) {
      if (!kind.shows.date) return reasons.midnight;
      moment.units -= unitsPerDay;
      moment.days++;
    }
    return isInside(moment.days) && isInside(moment.days + utcCarry()) ? undefined : reasons.outside;
  }

  function isInside(days: number): boolean {
    return days >= kind.firstDay && days <= kind.lastDay;
  }

  /** The day in UTC against the local one; only datetimeoffset keeps the instant. */
  function utcCarry(): number {
    if (!kind.shows.offset || moment.offset === undefined) return 0;
    return Math.floor((moment.units - moment.offset * unitsPerMinute) / unitsPerDay);
  }

  /** Is the text, read by {@link readIso}, what {@link print} would make of it? */
  function isCanonical(raw: string): boolean {
    if (kind.shows.offset || !kind.shows.date) return false;
    return kind.shows.clock ? raw.length === canonicalLength && raw[10] === " " : raw.length === isoDateLength;
  }

  /** Undefined where the order of the text matters, and is not known. */
  function readingOf(raw: string, { dateOrder, isLiteral }: Conventions): DateReading | undefined {
    if (dateOrder !== "unknown") return isLiteral === true && dateOrder === "dmy" ? literalDmy : readings[dateOrder];
    const [[only, day] = ["mdy", -1] as const, ...others] = possibleOrders(raw) ?? [];
    return others.every(([, other]) => other === day) ? readings[only] : undefined;
  }

  /** The source's own string where it is canonical already: most are, and none is made anew for those. */
  function fromText(raw: string, conventions: Conventions): PresentValue | Unparsable {
    const reading = readingOf(raw, conventions);
    if (reading === undefined) return reasons.unclear;
    const isIso = !reading.legacy && readIso(raw, moment);
    if (!isIso && !readDateText(raw, reading, moment)) return fromFreeText(raw);
    const { days, units } = moment;
    const fault = settle();
    if (fault !== undefined) return fault;
    const isSettled = days === moment.days && Math.max(units, 0) === moment.units;
    return isIso && isSettled && isCanonical(raw) ? raw : print(moment, kind);
  }

  /** A time of day that stands in other words: `Dec 01 - 2:07pm`. A date that does not read alone is left where it is. */
  function fromFreeText(raw: string): PresentValue | Unparsable {
    if (raw.trim() === "") return blank;
    const found = kind.shows.date ? undefined : readClock(raw);
    if (found === undefined) return reasons.notOne;
    moment.clear();
    moment.days = day1900;
    moment.units = ((found.hours * 60 + found.minutes) * 60 + found.seconds) * unitsPerSecond + found.fraction;
    return settle() ?? print(moment, kind);
  }

  function fromBytes(bytes: Uint8Array): PresentValue | Unparsable {
    moment.clear();
    return kind.readBytes(bytes, moment) ? (settle() ?? print(moment, kind)) : reasons.notOne;
  }

  function parse(raw: RawValue, conventions: Conventions): PresentValue | Unparsable {
    if (typeof raw === "string") return fromText(raw, conventions);
    return raw instanceof Uint8Array ? fromBytes(raw) : reasons.number;
  }

  return {
    type: declared,
    parse,
    equalityKey: kind.shows.offset ? (value) => instantKey(value as string) : (value) => value as string,
    format: (value) => value as string,
  };
}
