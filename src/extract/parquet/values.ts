/** From what is stored to the cells of a column of the target. */
import type { SchemaElement } from "hyparquet";
import type { Column } from "../../schema/model.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { kindOf } from "./kinds.ts";
import { asBigint, type Cell } from "./stored.ts";

export type ReadValue = (stored: unknown) => Cell;

/** For whom a value is read. */
export interface Reading {
  /** Undefined: for people. */
  readonly column?: Column | undefined;
  /** On whose clock moments stand in columns without an offset. */
  readonly zone: string;
  /** A value is less than what is stored. */
  readonly rounded: () => void;
}

/** They hold a moment without its offset. A `date` is not among them: programs store the day as midnight in UTC, and it is the day that counts. */
const wallClocks = new Set(["smalldatetime", "datetime", "datetime2"]);
/** They hold seven digits of a second. */
const clocks = new Set([...wallClocks, "time", "datetimeoffset"]);
const nanosATick = 100n;

/** How values of a column in the file are read. Throws Malformed where the column's type makes no sense. */
export function valueReader(element: SchemaElement, { column, zone, rounded }: Reading): ReadValue {
  const kind = kindOf(element);
  const type = column?.type.name ?? "";
  const read: ReadValue = (stored) => kind.read(stored, column);
  let readClock = read;
  // Rounded, the last instant of a day would be of the next one.
  if (kind.isNanos === true && type === "date") readClock = (stored) => withoutClock(read(stored));
  if (kind.isNanos === true && clocks.has(type))
    readClock = (stored) => withoutNanos(read(roundedNanos(stored, rounded)));
  return kind.isMoment === true && wallClocks.has(type) ? (stored) => onClock(readClock(stored), zone) : readClock;
}

function roundedNanos(stored: unknown, rounded: () => void): bigint {
  const nanos = asBigint(stored);
  const beyond = ((nanos % nanosATick) + nanosATick) % nanosATick;
  if (beyond === 0n) return nanos;
  rounded();
  return nanos - beyond + (beyond * 2n < nanosATick ? 0n : nanosATick);
}

function withoutNanos(text: Cell): Cell {
  return typeof text === "string" ? text.replace(/(\.\d{7})00/, "$1") : text;
}

function withoutClock(text: Cell): Cell {
  return typeof text === "string" ? text.replace(/ \d\d:.*$/, "") : text;
}

function onClock(moment: Cell, zone: string): Cell {
  return typeof moment === "string" ? wallClock(moment, zone) : moment;
}

/** The type as people read it: `decimal(10,2)`, `timestamp micros utc`. */
export function typeName(element: SchemaElement): string {
  return kindOf(element).name;
}

export function isNumeric(element: SchemaElement): boolean {
  return kindOf(element).isNumber === true;
}
