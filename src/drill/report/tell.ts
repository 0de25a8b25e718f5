/** What terminal, page and ticket say of a scorecard in the same way. */
import { isDeepStrictEqual } from "node:util";
import { showShare } from "../../page/format.ts";
import { count } from "../../text.ts";
import type { BarScore, CellScore, RowScore, Score, Scorecard, Variation } from "../score/model.ts";

type Outcome = "passed" | "below" | "failed";

/** Whether it ran to its end comes before how well. */
export function outcomeOf({ status, verdict }: Pick<Scorecard, "status" | "verdict">): Outcome {
  return status === "failed" || verdict === null ? "failed" : verdict;
}

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: "passed",
  below: "below its bars",
  failed: "failed",
};

export function passed(bars: readonly BarScore[]): number {
  return bars.filter(({ holds }) => holds).length;
}

/** Of what could be recovered, how much is. */
export function recall({ recoverable, recoveredOfRecoverable }: RowScore | CellScore): string {
  return recoverable === 0 ? "–" : showShare(recoveredOfRecoverable, recoverable);
}

/** Rows and cells that nothing vouches for. */
export function fabricated({ rows, cells }: Pick<Score, "rows" | "cells">): number {
  return rows.fabricated + cells.fabricated;
}

/** What a bar was held against; what is measured in time is no part of a scorecard. */
export function foundOf({ found }: BarScore): string {
  return found ?? "see the times";
}

/** `+3`, `-1,204`, `0`; a true minus. */
export function signed(number: number): string {
  if (number === 0) return "0";
  return number > 0 ? `+${count(number)}` : `−${count(-number)}`;
}

/** A survivor, by what becomes of the rebuild without it. */
export interface Worth {
  readonly source: string;
  readonly error: string | null;
  /** Without it minus with it; undefined: it could not be rebuilt. */
  readonly change:
    | {
        readonly rows: number;
        readonly right: number;
        readonly wrong: number;
        readonly fabricated: number;
      }
    | undefined;
  readonly score: Score | null;
}

/** The one without which least can be recovered first. */
export function worths({ rebuilds, leaveOneOut }: Scorecard): Worth[] {
  const whole = rebuilds[0]?.score;
  if (whole === undefined) return [];
  return leaveOneOut
    .map((variation) => worthOf(variation, whole))
    .toSorted((left, right) => lossOf(right) - lossOf(left));
}

function worthOf({ name, error, score }: Variation, whole: Score): Worth {
  const change = score === null ? undefined : changeOf(score, whole);
  return { source: name.replace(/^without /, ""), error, change, score };
}

function changeOf(score: Score, whole: Score): Worth["change"] {
  return {
    rows: score.rows.recovered - whole.rows.recovered,
    right: score.cells.right - whole.cells.right,
    wrong: score.cells.wrong - whole.cells.wrong,
    fabricated: fabricated(score) - fabricated(whole),
  };
}

function lossOf({ change }: Worth): number {
  return change === undefined ? Number.MAX_VALUE : -change.right;
}

/** The same numbers of two engines need no second telling. */
export function isSame(score: Score, first: Score | undefined): boolean {
  return first !== undefined && score !== first && isDeepStrictEqual(score, first);
}
