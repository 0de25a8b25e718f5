/** Rows of sources at hours of one day, without a staging store. */
import type { RowObservation, SourceStanding } from "../../src/reconcile/claims.ts";
import { placeInTime } from "../../src/reconcile/moment.ts";
import type { Operation } from "../../src/extract/extractor.ts";
import { makeStanding } from "./observations.ts";

export const hour = 3_600_000;

/** A moment of 2026-03-01, by its hour. */
function at(hours: number): number {
  return Date.UTC(2026, 2, 1) + hours * hour;
}

/** A source of production with all rows at an hour; `at: undefined` is one of unknown time. */
export function snapshot(id: string, hours: number | undefined, more: Partial<SourceStanding> = {}): SourceStanding {
  return makeStanding({ id, ...(hours === undefined ? {} : { time: at(hours) }), isComplete: true, ...more });
}

let numbers = 0;
/** One row of a source; `modifiedAt`: the time that it gives itself. */
export function observe(
  source: SourceStanding,
  operation: Operation = "snapshot",
  modifiedAt?: string,
): RowObservation {
  const staged = {
    n: ++numbers,
    key: 1,
    operation,
    modifiedAt,
    cells: [],
    place: 1,
    position: 1,
    doubts: undefined,
  };
  const moment = placeInTime(source, staged, undefined);
  if (typeof moment === "string") throw new Error("no observation here is late or foreign");
  return { source, staged, moment };
}
