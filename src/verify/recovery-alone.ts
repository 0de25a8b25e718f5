/** What losing a source would cost: the rows and cells that no other source has. Told from the patterns of provenance. */
import type { Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { classCodes } from "../stage/patterns.ts";

/** Of the rows that are not deleted, withheld ones included. */
export interface Alone {
  /** Rows that no other source has. */
  readonly rows: number;
  /** Cells that no other source claims, those of such rows included. */
  readonly cells: number;
}

export interface SourceAlone extends Alone {
  readonly source: string;
  readonly table: string;
}

interface Pattern {
  /** Ids of the sources of the row's observations, by blanks. */
  readonly sources: string;
  /** By cell the index of the observation that it is taken from; -1: no claim. */
  readonly winners: string;
  readonly classes: string;
  readonly rows: number;
}

/** Sources without anything of their own are left out. `originOf`: what a copy has, its original has too. */
export function countAlone(store: Store, table: Table, originOf: (source: string) => string): SourceAlone[] {
  const totals = new Map<string, Alone>();
  const patterns = store.prepare<[], Pattern>(
    `SELECT sources, winners, classes, count(*) AS "rows" FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
     WHERE "#deleted" = 0 GROUP BY provenance.id ORDER BY provenance.id`,
  );
  for (const pattern of patterns.iterate())
    for (const [source, { rows, cells }] of aloneIn(pattern, originOf)) {
      const known = totals.get(source) ?? { rows: 0, cells: 0 };
      totals.set(source, { rows: known.rows + rows, cells: known.cells + cells });
    }
  return [...totals].map(([source, alone]) => ({ source, table: table.id, ...alone }));
}

function aloneIn(pattern: Pattern, originOf: (source: string) => string): Map<string, Alone> {
  const observers = pattern.sources.split(" ").filter((source) => source !== "");
  const distinct = [...new Set(observers)];
  const winners = pattern.winners.split(" ").map((winner) => observers[Number(winner)]);
  const [only, another] = distinct;
  const alone = new Map<string, Alone>();
  if (only !== undefined && another === undefined) {
    const claimed = winners.filter((winner) => winner !== undefined).length;
    return alone.set(only, { rows: pattern.rows, cells: claimed * pattern.rows });
  }
  winners.forEach((winner, index) => {
    if (winner === undefined || pattern.classes[index] !== classCodes.single) return;
    // A copy counts as the same source, so that what both claim is `single`: one of them may go.
    if (distinct.some((source) => source !== winner && originOf(source) === originOf(winner))) return;
    alone.set(winner, { rows: 0, cells: (alone.get(winner)?.cells ?? 0) + pattern.rows });
  });
  return alone;
}

/** What a source alone gives, over all tables. */
export function totalAlone(given: readonly Alone[]): Alone {
  return given.reduce((sum, { rows, cells }) => ({ rows: sum.rows + rows, cells: sum.cells + cells }), {
    rows: 0,
    cells: 0,
  });
}

/** `without backup: 12 rows fewer (dbo.Orders 10, dbo.Lines 2), and no source for 130 cells, theirs included`. */
export function describeAlone(source: string, given: readonly SourceAlone[]): string {
  const { rows, cells } = totalAlone(given);
  if (cells === 0 && rows === 0) return `${source}: other sources have all that it has`;
  const tables = given.flatMap((each) => (each.rows === 0 ? [] : `${each.table} ${each.rows}`));
  const unclaimed = `no source for ${cells} ${cells === 1 ? "cell" : "cells"}`;
  if (rows === 0) return `without ${source}: ${unclaimed}`;
  return `without ${source}: ${rows} ${rows === 1 ? "row" : "rows"} fewer (${tables.join(", ")}), and ${unclaimed}, theirs included`;
}
