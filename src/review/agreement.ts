/** Who agrees with whom, counted over all cells that two sources claim: exact, since conflicts name every claimant of a cell. */
import type { Table } from "../schema/model.ts";
import { findColumn, storedColumns } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import type { ConflictRow } from "../stage/reconciled-reader.ts";

/** By source and number, the columns that observations of a shape claim. */
export type ShapesOf = (source: string, shape: number) => readonly string[];

interface Count {
  shared: number;
  agreed: number;
}

interface Pattern {
  readonly sources: string;
  readonly shapes: string;
  readonly rows: number;
}

export class Agreements {
  readonly #pairs = new Map<string, Count>();
  readonly #standing = new Map<string, Count>();

  /** Takes every cell of the table as one on which all claimants agree; {@link correct} takes back where they do not. */
  countRows(store: Store, table: Table, shapesOf: ShapesOf): void {
    const sql = `SELECT sources, shapes, count(*) AS "rows" FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
      WHERE "#deleted" = 0 GROUP BY provenance.id ORDER BY provenance.id`;
    for (const pattern of store.prepare<[], Pattern>(sql).iterate())
      for (const claimants of claimantsOf(table, pattern, shapesOf)) this.#count(claimants, pattern.rows, pattern.rows);
  }

  /** One conflict of a row that is not deleted. Values that newer ones of their line replaced are not held against anybody. */
  correct({ class: kind, sources, also, alternatives }: ConflictRow): void {
    const camps = alternatives
      .filter(({ as }) => as === "lost" || as === "refused")
      .map((each) => [...each.sources, ...(each.also ?? [])]);
    const supporting = alternatives.filter(({ as }) => as === "damaged").flatMap((each) => each.sources);
    const standing = [...new Set([...sources, ...also, ...supporting])];
    const current = new Set([...standing, ...camps.flat()]);
    const past = alternatives
      .filter(({ as }) => as === "superseded")
      .flatMap((each) => each.sources)
      .filter((source) => !current.has(source));
    const all = [...new Set([...current, ...past])];
    this.#count(all, -1, -1);
    const isSettled = kind !== "contested" && kind !== "nulled";
    const campOf = new Map<string, number>();
    for (const [index, camp] of [standing, ...camps].entries())
      for (const source of camp) if (!campOf.has(source)) campOf.set(source, index);
    this.#countCamps(campOf, isSettled);
  }

  pairs(): { one: string; other: string; shared: number; agreed: number }[] {
    return [...this.#pairs].map(([name, count]) => {
      const [one = "", other = ""] = name.split(" ");
      return { one, other, ...count };
    });
  }

  /** Of each source's claims that others make too: how many, and how many are what stands. */
  claimants(): { source: string; checkable: number; right: number }[] {
    return [...this.#standing].map(([source, { shared, agreed }]) => ({ source, checkable: shared, right: agreed }));
  }

  #count(claimants: readonly string[], shared: number, agreed: number): void {
    if (claimants.length < 2) return;
    for (const source of claimants) add(this.#standing, source, shared, agreed);
    for (const [one, other] of pairsOf(claimants)) add(this.#pairs, pairName(one, other), shared, agreed);
  }

  #countCamps(campOf: ReadonlyMap<string, number>, isSettled: boolean): void {
    if (campOf.size < 2) return;
    for (const [source, camp] of campOf) if (isSettled) add(this.#standing, source, 1, camp === 0 ? 1 : 0);
    for (const [one, other] of pairsOf([...campOf.keys()]))
      add(this.#pairs, pairName(one, other), 1, campOf.get(one) === campOf.get(other) ? 1 : 0);
  }
}

/** By stored column, the distinct sources that claim it. */
function claimantsOf(table: Table, { sources, shapes }: Pattern, shapesOf: ShapesOf): string[][] {
  const observers = sources.split(" ").filter((source) => source !== "");
  const numbers = shapes.split(" ").map(Number);
  const claimed = observers.map(
    (source, index) => new Set(shapesOf(source, numbers[index] ?? 0).map((name) => findColumn(table, name)?.ordinal)),
  );
  return storedColumns(table).map((column) => [
    ...new Set(observers.filter((_, index) => claimed[index]?.has(column.ordinal))),
  ]);
}

function* pairsOf(sources: readonly string[]): Generator<[string, string]> {
  for (const [index, one] of sources.entries()) for (const other of sources.slice(index + 1)) yield [one, other];
}

/** Ids of sources hold no blank. */
function pairName(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function add(counts: Map<string, Count>, name: string, shared: number, agreed: number): void {
  const known = counts.get(name) ?? { shared: 0, agreed: 0 };
  known.shared += shared;
  known.agreed += agreed;
  counts.set(name, known);
}
