/** From times as a log writes them to wall-clock text on one clock, in the order of the log. */
import { UserError } from "../../errors.ts";
import { clockUnits } from "../../values/iso-text.ts";
import { dayNumber } from "../../values/calendar.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { wallAt } from "../../values/zone.ts";
import type { EvidenceFile } from "../extractor.ts";
import { dayInName } from "./rotation.ts";
import type { TimeFields } from "./time-fields.ts";
import type { TimeFormat, WrittenTime } from "./time-format.ts";

export interface ClockSettings {
  /** On whose clock moments with an offset are shown (IANA). */
  readonly zone: string;
  /** Of the first record whose time leaves the year out. */
  readonly year?: number | undefined;
  /** What times without an offset are of: `Z`, or undefined for the source's own clock. */
  readonly offset?: string | undefined;
}

const two = (number: number) => String(number).padStart(2, "0");
const four = (number: number) => String(number).padStart(4, "0");
/** Of seven digits, as `datetime2` has it; a clock that counts finer is cut, never rounded into the next second. */
const fractionOf = (digits: string) => digits.slice(0, 7).padEnd(7, "0");
/** Records of several threads come a little out of order. */
const tolerated = 60_000;
/** A month that goes back by so many is of another year. */
const halfAYear = 6;

/** One for all files of a set, which are read in the order of time. */
export class LogClock {
  readonly #settings: ClockSettings;
  #file: EvidenceFile | undefined;
  /** Of the last record whose time is not out of order. */
  #known: { readonly year: number; readonly month: number } | undefined;
  #last: { readonly text: string; readonly at: number } | undefined;
  #isTold = false;

  constructor(settings: ClockSettings) {
    this.#settings = settings;
  }

  /** The records that come are of this file. */
  enter(file: EvidenceFile): void {
    this.#file = file;
  }

  /**
   * `YYYY-MM-DD hh:mm:ss.fffffff`; undefined where the text is no time of the format. Throws UserError where nothing tells the year. Of an
   * hour that the clocks go through twice nothing tells which it is.
   */
  read(text: string, format: TimeFormat): string | undefined {
    const written = format(text.trim());
    if (written === undefined) return undefined;
    return "epochMillis" in written ? this.#ofEpoch(written) : this.#ofFields(written);
  }

  /** Once: how far the clock went back at this time, which is of the record that was read last. */
  jump(time: string): string | undefined {
    const at = Date.parse(`${time.slice(0, 23).replace(" ", "T")}Z`);
    const last = this.#last;
    this.#last = { text: time, at };
    if (this.#isTold || last === undefined || last.at - at <= tolerated) return undefined;
    this.#isTold = true;
    return `the clock jumps back, from ${last.text.slice(0, 19)} to ${time.slice(0, 19)}: each record counts at the time that it states`;
  }

  #ofEpoch({ epochMillis, fraction }: Extract<WrittenTime, { epochMillis: number }>): string | undefined {
    if (epochMillis > maxMillis) return undefined;
    const wall = new Date(wallAt(epochMillis, this.#settings.zone)).toISOString();
    return `${wall.slice(0, 19).replace("T", " ")}.${fractionOf(fraction)}`;
  }

  #ofFields(fields: TimeFields): string | undefined {
    const { month = 0, day = 0, minute = 0, second = 0, fraction = "" } = fields;
    const hour = hourOf(fields);
    if (clockUnits(hour, minute, second, 0) < 0 || dayNumber(fields.year ?? 2000, month, day) < 0) return undefined;
    const year = fields.year ?? this.#yearOf(month, day);
    if (dayNumber(year, month, day) < 0) return undefined;
    if (fields.year !== undefined || !this.#isStraggler(month)) this.#known = { year, month };
    const wall = `${four(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${fractionOf(fraction)}`;
    const offset = fields.offset ?? this.#settings.offset;
    return offset === undefined ? wall : wallClock(wall + offset, this.#settings.zone);
  }

  /** A record of December among those of January came late. */
  #isStraggler(month: number): boolean {
    return this.#known !== undefined && month - this.#known.month >= halfAYear;
  }

  #yearOf(month: number, day: number): number {
    if (this.#known === undefined) return this.#settings.year ?? this.#anchor(month, day);
    const { year, month: last } = this.#known;
    if (this.#isStraggler(month)) return year - 1;
    return last - month >= halfAYear ? year + 1 : year;
  }

  /** The latest year in which the day is not after what the file can hold. */
  #anchor(month: number, day: number): number {
    const last = this.#lastDay();
    const year = Number(last.slice(0, 4));
    return `${two(month)}-${two(day)}` > last.slice(5) ? year - 1 : year;
  }

  #lastDay(): string {
    const { asOf } = this.#file ?? {};
    if (asOf !== undefined) return new Date(wallAt(asOf, this.#settings.zone)).toISOString().slice(0, 10);
    const day = this.#file === undefined ? undefined : dayInName(this.#file);
    if (day !== undefined) return day;
    throw new UserError({
      what: "the times leave the year out, and nothing else says it",
      remedy: "Set `year`: that of the oldest record",
      ...(this.#file === undefined ? {} : { where: { file: this.#file.name } }),
    });
  }
}

/** The last millisecond of the year 9999. */
const maxMillis = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** 24 hours; -1 for none: there is no hour 13 in the afternoon. */
function hourOf({ hour = 0, isAfternoon }: TimeFields): number {
  if (isAfternoon === undefined) return hour;
  if (hour < 1 || hour > 12) return -1;
  return (hour % 12) + (isAfternoon ? 12 : 0);
}
