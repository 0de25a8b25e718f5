/** Which of a cell's values are intact, and which of them a damaged one supports (DESIGN, Values). */
import type { PresentValue } from "../codec.ts";
import type { Damage, DamageTest } from "./damage.ts";

/** Indexes are those of the values given. */
export type Settled =
  | { readonly state: "intact" }
  /** Damage of exactly one intact value, which it supports. */
  | { readonly state: "derived"; readonly from: number; readonly damage: Damage }
  /** Damaged, but of several intact values, or of none: only of values that are damaged themselves. It supports nothing. */
  | { readonly state: "ambiguous"; readonly from: readonly number[] };

/** By index of the intact value. */
type Origins = ReadonlyMap<number, Damage>;

const intact: Settled = { state: "intact" };

function originsOf(candidate: PresentValue, values: readonly PresentValue[], damage: DamageTest): Origins {
  const origins = new Map<number, Damage>();
  for (const [index, value] of values.entries()) {
    const found = value === candidate ? undefined : damage(candidate, value);
    if (found !== undefined) origins.set(index, found);
  }
  return origins;
}

/** Could `start` have become of `goal`, through any number of damages? */
function leadsTo(start: number, goal: number, origins: readonly Origins[]): boolean {
  const seen = new Set([start]);
  for (const index of seen) {
    if (index === goal) return true;
    for (const origin of origins[index]?.keys() ?? []) seen.add(origin);
  }
  return false;
}

function settleOne(own: Origins, isIntact: readonly boolean[]): Settled {
  const from = [...own].filter(([index]) => isIntact[index]);
  const [only] = from;
  if (only !== undefined && from.length === 1) return { state: "derived", from: only[0], damage: only[1] };
  return { state: "ambiguous", from: from.map(([index]) => index) };
}

/**
 * One result a value, in their order; the order changes nothing else. A value is intact if it is nobody's damage, or only of
 * values that in turn could be its own: what goes round in a circle tells nothing. Compatibility is not transitive, so damage
 * of a damaged value alone supports nothing.
 */
export function settleDamage(values: readonly PresentValue[], damage: DamageTest): Settled[] {
  const origins = values.map((value) => originsOf(value, values, damage));
  const isIntact = origins.map((own, index) => [...own.keys()].every((origin) => leadsTo(origin, index, origins)));
  return origins.map((own, index) => (isIntact[index] ? intact : settleOne(own, isIntact)));
}
