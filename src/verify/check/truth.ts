/** Three-valued logic (Transact-SQL reference, "AND", "OR", "NOT"), carried on to what cannot be told. */
import { undecided, type Condition, type Row, type Truth } from "./terms.ts";

function negate(truth: Truth): Truth {
  return truth === null || truth === undecided ? truth : !truth;
}

export function not(condition: Condition): Condition {
  return { holds: (row) => negate(condition.holds(row)) };
}

/** Settled by the first condition that is `settling`; else undecided, NULL, or the opposite, whichever is weaker. */
function combine(conditions: readonly Condition[], settling: boolean): Condition {
  function holds(row: Row): Truth {
    let result: Truth = !settling;
    for (const condition of conditions) {
      const truth = condition.holds(row);
      if (truth === settling) return settling;
      if (truth === undecided || (truth === null && result !== undecided)) result = truth;
    }
    return result;
  }
  return { holds };
}

export function allOf(conditions: readonly Condition[]): Condition {
  return combine(conditions, false);
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return combine(conditions, true);
}
