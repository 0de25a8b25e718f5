/** Cells that something changed, to a value that nobody knows: what older claims say of them is not what they held at the end. */
import type { CellOutcome } from "./cell.ts";
import type { Claim, RowObservation } from "./claims.ts";
import { heldBy } from "./moment.ts";

/** Begins the reason of a cell that something changed after all that is claimed of it; source, time and what changed it follow. */
export const changedSince = "changed since, to a value that is not said";

export interface CellTouch {
  readonly observation: RowObservation;
  /** What changed it. */
  readonly by: string;
}

export function touchesOf(index: number, observations: readonly RowObservation[]): CellTouch[] {
  return observations.flatMap((observation) => {
    const by = observation.staged.touches?.get(index);
    return by === undefined ? [] : [{ observation, by }];
  });
}

/** A cell that was touched after all that is claimed of it is contested: no rule can know its value. */
export function withTouches(outcome: CellOutcome, touches: readonly CellTouch[]): CellOutcome {
  const newer = touches.filter((touch) => outcome.winner.claims.every((claim) => isAfter(touch, claim)));
  const [last] = newer.toSorted(
    (left, right) => timeOf(right) - timeOf(left) || right.observation.staged.n - left.observation.staged.n,
  );
  if (last === undefined) return outcome;
  return {
    ...outcome,
    class: "contested",
    rule: undefined,
    reason: `${changedSince}: ${describeTouch(last)}`,
  };
}

/** A claim of unknown time may be of after it. */
function isAfter(touch: CellTouch, { observation }: Claim): boolean {
  const [touched, held] = [timeOf(touch), heldBy(observation.moment)];
  if (held === undefined) return false;
  const { source, staged } = touch.observation;
  if (touched !== held) return touched > held;
  return source.id === observation.source.id && staged.n > observation.staged.n;
}

function timeOf({ observation }: CellTouch): number {
  return heldBy(observation.moment) ?? -Infinity;
}

/** `log at 2026-02-01T10:00:00.000Z: Balance - 5`. */
export function describeTouch({ observation, by }: CellTouch): string {
  const time = heldBy(observation.moment);
  return `${observation.source.id}${time === undefined ? "" : ` at ${new Date(time).toISOString()}`}: ${by}`;
}
