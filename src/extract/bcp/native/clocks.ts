/** Dates and times as native files hold them ([MS-TDS] 2.2.5.5.1.8), as wall-clock text. */
import { littleEndian } from "../../../values/bytes.ts";
import {
  day1900,
  dayNumber,
  formatClock,
  formatDay,
  formatOffset,
  unitsPerDay,
  unitsPerMinute,
} from "../../../values/calendar.ts";
import { datetimeTicksPerDay, unitsOfTick } from "../../../values/date-bytes.ts";
import type { ReadValue } from "./value.ts";

const day1753 = dayNumber(1753, 1, 1);
const lastDay = dayNumber(9999, 12, 31);
const minutesPerDay = 24 * 60;
const mostOffset = 14 * 60;

/** Days since 1900-01-01 (signed), 1/300 s ticks; four bytes each. */
export const readDatetime: ReadValue = (bytes) => {
  if (bytes.length !== 8) return undefined;
  const days = day1900 + bytes.readInt32LE();
  const tick = bytes.readUInt32LE(4);
  if (days < day1753 || days > lastDay || tick >= datetimeTicksPerDay) return undefined;
  return `${formatDay(days)} ${formatClock(unitsOfTick(tick))}`;
};

/** Days since 1900-01-01, minutes; two bytes each. */
export const readSmalldatetime: ReadValue = (bytes) => {
  if (bytes.length !== 4) return undefined;
  const minutes = bytes.readUInt16LE(2);
  if (minutes >= minutesPerDay) return undefined;
  return `${formatDay(day1900 + bytes.readUInt16LE())} ${formatClock(minutes * unitsPerMinute)}`;
};

/** Days since 0001-01-01 in three bytes. */
export const readDate: ReadValue = (bytes) => {
  const days = littleEndian(bytes, 0, 3);
  return bytes.length === 3 && days <= lastDay ? formatDay(days) : undefined;
};

const clockBytes = [3, 3, 3, 4, 4, 5, 5, 5];

/** Bytes of a time of day with `scale` fraction digits. */
export function clockWidth(scale: number): number {
  return clockBytes[scale] ?? 5;
}

/** Units of 100 ns since midnight; -1 where the first bytes are no time of day of this scale. */
function clockUnits(bytes: Buffer, stored: number, declared: number): number {
  const units = littleEndian(bytes, 0, clockWidth(stored)) * 10 ** (7 - stored);
  return units < unitsPerDay && units % 10 ** (7 - declared) === 0 ? units : -1;
}

interface Clock {
  /** Fraction digits that the file has. */
  readonly stored: number;
  /** Fraction digits of the type: what goes beyond them is no value of it. */
  readonly declared: number;
}

export function timeReader({ stored, declared }: Clock): ReadValue {
  const width = clockWidth(stored);
  return (bytes) => {
    const units = bytes.length === width ? clockUnits(bytes, stored, declared) : -1;
    return units < 0 ? undefined : formatClock(units);
  };
}

export function datetime2Reader({ stored, declared }: Clock): ReadValue {
  const width = clockWidth(stored);
  return (bytes) => {
    if (bytes.length !== width + 3) return undefined;
    const units = clockUnits(bytes, stored, declared);
    const days = littleEndian(bytes, width, 3);
    return units < 0 || days > lastDay ? undefined : `${formatDay(days)} ${formatClock(units)}`;
  };
}

/** A datetime2 in UTC, then the offset in minutes (signed), which turns it into local time. */
export function datetimeoffsetReader({ stored, declared }: Clock): ReadValue {
  const width = clockWidth(stored);
  return (bytes) => {
    if (bytes.length !== width + 5) return undefined;
    const units = clockUnits(bytes, stored, declared);
    const offset = bytes.readInt16LE(width + 3);
    if (units < 0 || Math.abs(offset) > mostOffset) return undefined;
    const local = units + offset * unitsPerMinute;
    const carry = Math.floor(local / unitsPerDay);
    const days = littleEndian(bytes, width, 3) + carry;
    if (days < 0 || days > lastDay) return undefined;
    return `${formatDay(days)} ${formatClock(local - carry * unitsPerDay)} ${formatOffset(offset)}`;
  };
}
