/** Scores a whole rescue. */
import type { Summary } from "../../report/summary.ts";
import type { History } from "../history/model.ts";
import type { DrillPlan, People } from "../plan/model.ts";
import type { Holdings } from "../survivors/holdings.ts";
import type { Mistake, RebuiltTable } from "./evidence.ts";
import type { PeopleScore, Score } from "./model.ts";
import { recoverableRows } from "./recoverable.ts";
import { scoreTable, sumOf } from "./table.ts";

interface Rescued {
  readonly summary: Pick<Summary, "tables" | "sources">;
  /** By the table's id. */
  readonly tables: ReadonlyMap<string, RebuiltTable>;
}

/** A table that was not rebuilt has no rows. `mistake` is told of everything that is not as it was. */
export function scoreRescue(
  { history: plan, people }: Pick<DrillPlan, "history" | "people">,
  history: History,
  holdings: readonly Holdings[],
  rescued: Rescued,
  mistake?: (mistake: Mistake) => void,
): Score {
  const recoverable = recoverableRows(history, holdings);
  const tables = history.tables.map((each) => {
    const { table } = each;
    const rebuilt = rescued.tables.get(table.id) ?? { table, rows: new Map(), said: () => "silent" as const };
    const together = plan.together[table.id] ?? [];
    const own = recoverable.get(table) ?? new Set();
    return scoreTable({ history: each, rebuilt, holdings, recoverable: own, together, mistake }, history);
  });
  return { ...sumOf(tables), tables, people: peopleScore(people, rescued.summary) };
}

function peopleScore({ start, cell, row, record }: People, { tables, sources }: Rescued["summary"]): PeopleScore {
  const cells = tables.reduce((sum, each) => sum + each.cells.contested + each.cells.nulled, 0);
  const rows = tables.reduce((sum, { withheld }) => sum + withheld, 0);
  const records = sources.reduce((sum, { quarantined }) => sum + quarantined, 0);
  return { cells, rows, records, milliseconds: start + cells * cell + rows * row + records * record };
}
