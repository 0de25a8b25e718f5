/** Where the cells of a table's rows came from: rows share few patterns of sources, winners and classes, and each is kept once. */
import type { ReconciledRow } from "../reconcile/row.ts";
import { cellClasses } from "../report/summary.ts";
import type { CellClass } from "../report/summary.ts";

export interface Pattern {
  /** Ids of the sources of a row's observations, parted by blanks. */
  readonly sources: string;
  /** The shape of each in its staging file: which columns it claims. */
  readonly shapes: string;
  /** One a cell: index of the observation that is shown as its source. */
  readonly winners: string;
  /** One character a cell. */
  readonly classes: string;
}

/** One character a class, as `provenance.classes` has one a cell. */
export const classCodes = Object.fromEntries(cellClasses.map((name, index) => [name, index.toString(36)])) as Readonly<
  Record<CellClass, string>
>;

export function patternOf(row: ReconciledRow): Pattern {
  let classes = "";
  let winners = "";
  for (const cell of row.cells) {
    classes += classCodes[cell.class];
    winners += `${cell.winner} `;
  }
  const sources = row.observations.map((observation) => observation.source.id).join(" ");
  const shapes = row.observations.map((observation) => observation.staged.shape ?? 0).join(" ");
  return { sources, shapes, winners: winners.trimEnd(), classes };
}

/** The patterns of one table, each stored when it is first seen. */
export class Patterns {
  readonly #ids = new Map<string, number>();
  readonly #store: (pattern: Pattern) => number;

  /** `store` keeps a pattern and gives it its number. */
  constructor(store: (pattern: Pattern) => number) {
    this.#store = store;
  }

  idOf(pattern: Pattern): number {
    const name = `${pattern.sources}|${pattern.shapes}|${pattern.winners}|${pattern.classes}`;
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#store(pattern);
    this.#ids.set(name, id);
    return id;
  }
}
