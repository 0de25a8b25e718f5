/** Rows of a survivor with numbers of its own count for nothing where nobody can tell which rows of production they are. */
import type { Table } from "../../schema/model.ts";
import { referencesOf } from "../history/references.ts";
import type { Survivor } from "./derive.ts";

/** Takes from the holdings of such survivors what no other survivor shows, and what refers to that. */
export function withholdUnmatched(survivors: readonly Survivor[], tables: readonly Table[]): void {
  for (const survivor of survivors) {
    if (survivor.renumbers.length === 0) continue;
    const others = survivors.filter((each) => each !== survivor && each.renumbers.length === 0);
    const own = new Set(survivor.renumbers.map(({ id }) => id));
    for (const table of tables) {
      const parents = referencesOf(table, tables).filter(({ parent }) => own.has(parent.id));
      survivor.holdings.keep(table, (key, [held]) => {
        if (own.has(table.id) && !others.some(({ holdings }) => holdings.hasRow(table, key))) return false;
        return parents.every(({ parent, keyOf }) => {
          const to = keyOf((held?.cells ?? []).map((cell) => cell ?? null));
          return to === undefined || survivor.holdings.hasRow(parent, to);
        });
      });
    }
  }
}
