/** What a person sees of an item: numbered claims, what is told besides, the rest of the row. */
import type { TablePlan } from "../../reconcile/plan.ts";
import type { IndexedPattern } from "../../review/index-reader.ts";
import type { ItemChoice, ItemDetail, Neighbour, NumberedClaim, Witness } from "../../review/session.ts";
import { canBeKept } from "../../review/withheld.ts";
import type { ConflictRow } from "../../stage/reconciled-reader.ts";
import type { ExplainedCell, ExplainedClaim, Explanation } from "../explain-row.ts";

/** Not claims: late, foreign, not readable as the column's type, or a change that does not say to what. */
const unused = /^(?:not used|no claim|no value)/;

/**
 * The distinct values that are claimed, numbered: the one that stands first, then as the conflict has them; where there is no
 * conflict, in the order of the claims.
 */
export function claimsOf(cell: ExplainedCell | undefined, conflict: ConflictRow | undefined): NumberedClaim[] {
  const told = (cell?.claims ?? []).filter(({ outcome }) => !unused.test(outcome));
  const standing = conflict === undefined || conflict.sources.length === 0 ? [] : [conflict.value];
  const others = (conflict?.alternatives ?? []).map(({ value }) => value);
  const values = [...new Set([...standing, ...others, ...told.map(({ value }) => value)])];
  return values.map((value, index) => ({
    number: index + 1,
    value,
    witnesses: told.filter((claim) => claim.value === value).map(witnessOf),
  }));
}

export function unusedOf(cell: ExplainedCell | undefined): ItemDetail["unused"] {
  return (cell?.claims ?? [])
    .filter(({ outcome }) => unused.test(outcome))
    .map((claim) => ({ ...witnessOf(claim), value: claim.value, isSilent: claim.isSilent === true }));
}

function witnessOf({ source, time, locator, outcome }: ExplainedClaim): Witness {
  return { source, time, locator, outcome };
}

export function neighboursOf({ cells }: Explanation): Neighbour[] {
  return cells.map(({ column, value, class: kind, claims }) => {
    const said = claims.flatMap(({ source, value: own, isSilent }) =>
      isSilent === true ? [] : { source, value: own },
    );
    const isOfOneMind = said.every((claim) => claim.value === value);
    return { column, value, class: kind, claims: isOfOneMind ? [] : said };
  });
}

/** None where the row has no key of the target's to be named by. */
export function choicesOf(
  { column: cell, said, class: kind }: Pick<IndexedPattern, "column" | "said" | "class">,
  column: string | null,
  plan: TablePlan,
): readonly ItemChoice["kind"][] {
  if (plan.key.kind === "row" || said.startsWith("no-key: ")) return [];
  if (cell !== null && plan.columns.some((each) => each.column.name === cell && each.isKey)) return ["withhold"];
  const takesNull = plan.columns.some(({ column: each }) => each.name === cell && each.nullable);
  if (cell !== null) return ["claim", "value", ...(takesNull ? (["null"] as const) : []), "withhold"];
  const own = column === null ? [] : (["value"] as const);
  return [...own, "withhold", ...(kind === "withheld" && canBeKept(said) ? (["keep"] as const) : [])];
}
