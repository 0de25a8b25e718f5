/**
 * Dates and times as the server's binary conversion writes them, and SSMS with it (`CAST(0x… AS DateTime)`). Layouts:
 * [MS-TDS] 2.2.5.5.1.8; in `CAST` the types with a scale have it as a byte in front, and the legacy types are most
 * significant byte first. SSMS appends a zero byte to date.
 */
import { day1900, unitsPerDay, unitsPerMinute } from "./calendar.ts";
import { bigEndian, littleEndian } from "./bytes.ts";
import type { Moment } from "./moment.ts";

export const datetimeTicksPerDay = 300 * 86_400;
const minutesPerDay = 24 * 60;

/** 1/300 s ticks as 100 ns units, to the millisecond that the server prints: .000, .003, .007. */
export function unitsOfTick(tick: number): number {
  return Math.floor((tick * 10 + 1) / 3) * 10_000;
}

/** datetime: days since 1900-01-01 (signed), 1/300 s ticks; four bytes each. */
export function readDatetimeBytes(bytes: Uint8Array, moment: Moment): boolean {
  const value = bigEndian(bytes, 8, true);
  if (value === undefined) return false;
  const tick = Number(BigInt.asUintN(32, value));
  moment.days = day1900 + Number(value >> 32n);
  moment.units = unitsOfTick(tick);
  return tick < datetimeTicksPerDay;
}

/** smalldatetime: days since 1900-01-01, minutes; two bytes each. */
export function readSmalldatetimeBytes(bytes: Uint8Array, moment: Moment): boolean {
  const value = bigEndian(bytes, 4, false);
  if (value === undefined) return false;
  const minutes = Number(value & 0xffffn);
  moment.days = day1900 + Number(value >> 16n);
  moment.units = minutes * unitsPerMinute;
  return minutes < minutesPerDay;
}

/** date: days since 0001-01-01 in three bytes, least first. */
export function readDateBytes(bytes: Uint8Array, moment: Moment): boolean {
  moment.days = littleEndian(bytes, 0, 3);
  return bytes.length === 3 || (bytes.length === 4 && bytes[3] === 0);
}

const clockBytes = [3, 3, 3, 4, 4, 5, 5, 5];

/** Reads the scale byte and the clock that `tail` bytes follow; returns where the tail begins, or -1. */
function readScaledClock(bytes: Uint8Array, tail: number, moment: Moment): number {
  const scale = bytes[0] ?? -1;
  const length = clockBytes[scale];
  if (length === undefined || bytes.length !== 1 + length + tail) return -1;
  moment.units = littleEndian(bytes, 1, length) * 10 ** (7 - scale);
  return moment.units < unitsPerDay ? 1 + length : -1;
}

export function readTimeBytes(bytes: Uint8Array, moment: Moment): boolean {
  return readScaledClock(bytes, 0, moment) > 0;
}

export function readDatetime2Bytes(bytes: Uint8Array, moment: Moment): boolean {
  const at = readScaledClock(bytes, 3, moment);
  moment.days = littleEndian(bytes, at, 3);
  return at > 0;
}

/** datetimeoffset: a datetime2 in UTC, then the offset in minutes (signed), which turns it into local time. */
export function readDatetimeoffsetBytes(bytes: Uint8Array, moment: Moment): boolean {
  const at = readScaledClock(bytes, 5, moment);
  if (at < 0) return false;
  const offset = (littleEndian(bytes, at + 3, 2) << 16) >> 16;
  const local = moment.units + offset * unitsPerMinute;
  const carry = Math.floor(local / unitsPerDay);
  moment.days = littleEndian(bytes, at, 3) + carry;
  moment.units = local - carry * unitsPerDay;
  moment.offset = offset;
  return Math.abs(offset) <= 14 * 60;
}
