/** Holds a score against the plan's bars. */
import type { Bar, BarId } from "../plan/model.ts";
import type { Comparison } from "../../recipe/recipe.ts";
import type { BarScore, Score } from "./model.ts";

type Measure = (score: Score, of: string | undefined) => number | null;

/** What each phase of the machine's work took, in milliseconds. */
export type PhaseTimes = ReadonlyMap<string, number>;

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** Of the measures, those that are shares of a whole. */
const shares: Partial<Record<BarId, (score: Score) => readonly [part: number, whole: number]>> = {
  rowsRecovered: ({ rows }) => [rows.recovered, rows.truth],
  rowRecall: ({ rows }) => [rows.recoveredOfRecoverable, rows.recoverable],
  cellsRight: ({ cells }) => [cells.right, cells.all],
  cellRecall: ({ cells }) => [cells.recoveredOfRecoverable, cells.recoverable],
  wrong: ({ cells }) => [cells.wrong, cells.all],
  abstained: ({ cells }) => [cells.abstained, cells.all],
  wronglySilent: ({ cells }) => [cells.wronglySilent, cells.all],
  wronglyFlagged: ({ cells }) => [cells.wronglyFlagged, cells.all],
};

const least = new Set<BarId>(["rowsRecovered", "rowRecall", "cellsRight", "cellRecall"]);

const counts: Partial<Record<BarId, (score: Score) => number>> = {
  missed: ({ rows }) => rows.missed,
  fabricated: ({ rows, cells }) => rows.fabricated + cells.fabricated,
  resurrected: ({ rows }) => rows.resurrected,
  chimeric: ({ rows }) => rows.chimeric,
  chimericGroups: ({ rows }) => rows.chimericGroups,
};

const spans: Partial<Record<BarId, Measure>> = {
  recoveryPoint: ({ tables }, of) => {
    const asked = tables.filter(({ table }) => of === undefined || table === of);
    return asked.some(({ lost }) => lost === null) ? null : Math.max(0, ...asked.map(({ lost }) => lost ?? 0));
  },
  peopleTime: ({ people }) => people.milliseconds,
};

/** Only the bars of the recovery time look at `times`. */
export function holdBars(bars: readonly Bar[], score: Score, times: PhaseTimes): BarScore[] {
  return bars.map((bar) => {
    const { id, of, comparison, written } = bar;
    const base = { bar: of === undefined ? id : `${id} ${of}`, expected: written };
    const part = shares[id]?.(score);
    if (part !== undefined) {
      // Nothing of nothing is no failure of what must be few.
      const value = part[1] === 0 && !least.has(id) ? 0 : share(...part);
      return { ...base, found: `${showPercent(value)} (${part[0]} of ${part[1]})`, holds: compare(value, comparison) };
    }
    const count = counts[id]?.(score);
    if (count !== undefined) return { ...base, found: String(count), holds: compare(count, comparison) };
    if (id === "recoveryTime")
      return { ...base, found: null, holds: compare(recoveryTime(score, times, of), comparison) };
    const span = spans[id]?.(score, of) ?? null;
    return {
      ...base,
      found: span === null ? "older than the history" : showSpan(span),
      holds: compare(span ?? Infinity, comparison),
    };
  });
}

/** Of one phase, or of all with the people's. */
function recoveryTime({ people }: Score, times: PhaseTimes, of: string | undefined): number {
  if (of !== undefined) return times.get(of) ?? 0;
  return [...times.values()].reduce((sum, each) => sum + each, people.milliseconds);
}

const operators: Readonly<Record<Comparison["operator"], (value: number, bar: number) => boolean>> = {
  ">=": (value, bar) => value >= bar,
  ">": (value, bar) => value > bar,
  "<=": (value, bar) => value <= bar,
  "<": (value, bar) => value < bar,
  "=": (value, bar) => value === bar,
};

function compare(value: number, { operator, value: bar }: Comparison): boolean {
  return operators[operator](value, bar);
}

/** Never 100% for less than all, nor 0% for more than nothing. */
export function showPercent(value: number): string {
  const percent = value * 100;
  const rounded = percent > 50 ? Math.floor(percent * 100) / 100 : Math.ceil(percent * 100) / 100;
  return `${rounded}%`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** `2d 3h`: the two largest units. */
export function showSpan(milliseconds: number): string {
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, size] of units) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole}${unit}`);
  }
  return parts.length === 0 ? "0s" : parts.slice(0, 2).join(" ");
}
