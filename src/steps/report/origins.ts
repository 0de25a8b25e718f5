/** Where the rows of a table come from, and which sources have which of them; told from the patterns of provenance. */
import type { ReportedTable } from "../../report/model.ts";
import type { Table } from "../../schema/model.ts";
import { quoteName } from "../../stage/database.ts";
import type { Store } from "../../stage/database.ts";

interface Pattern {
  readonly sources: string;
  readonly winners: string;
  readonly rows: number;
}

const mostSets = 12;

type Origins = Pick<ReportedTable, "origins" | "overlaps" | "otherOverlaps">;

/** `order`: the sources' ids as the recipe has them; it settles ties. */
export function originsOf(store: Store, table: Table, order: readonly string[]): Origins {
  const origins = new Map<string, number>();
  for (const pattern of patternsOf(store, table, '"#withheld" IS NULL')) {
    const source = mainSource(pattern, order);
    if (source !== undefined) origins.set(source, (origins.get(source) ?? 0) + pattern.rows);
  }
  const sets = new Map<string, number>();
  for (const pattern of patternsOf(store, table, '"#deleted" = 0')) {
    const having = new Set(pattern.sources.split(" "));
    const name = order.filter((source) => having.has(source)).join(" ");
    if (name !== "") sets.set(name, (sets.get(name) ?? 0) + pattern.rows);
  }
  const overlaps = largest(sets).map(([name, rows]) => ({ sources: name.split(" "), rows }));
  const others = overlaps.slice(mostSets);
  return {
    origins: largest(origins).map(([source, rows]) => ({ source, rows })),
    overlaps: overlaps.slice(0, mostSets),
    otherOverlaps: { sets: others.length, rows: others.reduce((sum, { rows }) => sum + rows, 0) },
  };
}

function patternsOf(store: Store, table: Table, condition: string): Pattern[] {
  const sql = `SELECT sources, winners, count(*) AS "rows" FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
    WHERE ${condition} GROUP BY provenance.id ORDER BY provenance.id`;
  return store.prepare<[], Pattern>(sql).all();
}

/** The source that most cells come from; of equals the first of the recipe. Undefined where no source claims any. */
function mainSource({ sources, winners }: Pattern, order: readonly string[]): string | undefined {
  const observers = sources.split(" ");
  const cells = new Map<string, number>();
  for (const winner of winners.split(" ")) {
    const source = observers[Number(winner)];
    if (source !== undefined && source !== "") cells.set(source, (cells.get(source) ?? 0) + 1);
  }
  return order
    .filter((source) => cells.has(source))
    .toSorted((one, other) => (cells.get(other) ?? 0) - (cells.get(one) ?? 0))[0];
}

function largest(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1));
}
