/** Rows of a survivor with numbers of its own count for nothing where nobody can tell which rows of production they are. */
import type { Table } from "../../schema/model.ts";
import { referencesOf } from "../history/references.ts";
import type { Survivor } from "./derive.ts";
import type { Holdings } from "./holdings.ts";

/** What the survivors hold together: of those with numbers of their own, only what another one shows under production's, and what refers to that. */
export function matchedHoldings(survivors: readonly Survivor[], tables: readonly Table[]): Holdings[] {
  return survivors.map((survivor) => {
    if (survivor.renumbers.length === 0) return survivor.holdings;
    const others = survivors.filter(({ renumbers }) => renumbers.length === 0);
    const own = new Set(survivor.renumbers.map(({ id }) => id));
    const matched = survivor.holdings.copy();
    for (const table of tables) {
      const parents = referencesOf(table, tables).filter(({ parent }) => own.has(parent.id));
      matched.keep(table, (key, [held]) => {
        if (own.has(table.id) && !others.some(({ holdings }) => holdings.hasRow(table, key))) return false;
        return parents.every(({ parent, keyOf }) => {
          const to = keyOf((held?.cells ?? []).map((cell) => cell ?? null));
          return to === undefined || matched.hasRow(parent, to);
        });
      });
    }
    return matched;
  });
}
