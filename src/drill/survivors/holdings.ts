/** What a survivor really holds, known from how it was made and not from how it is read: the measure of what could be recovered. */
import type { Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { RowKey } from "../../values/key.ts";

/** By stored column; undefined: it says nothing of it. */
export type HeldCells = readonly (CanonicalValue | undefined)[];

export interface HeldRow {
  readonly cells: HeldCells;
  /** It shows that the row was there, with what a row needs: a copy, an insert. An update alone does not. */
  readonly isRow: boolean;
}

/** By table and key in the truth's numbering. */
export class Holdings {
  readonly #tables = new Map<string, Map<RowKey, HeldRow[]>>();

  add({ id }: Table, key: RowKey, row: HeldRow): void {
    const rows = this.#tables.get(id) ?? new Map<RowKey, HeldRow[]>();
    this.#tables.set(id, rows);
    const held = rows.get(key);
    if (held === undefined) rows.set(key, [row]);
    else held.push(row);
  }

  of({ id }: Table, key: RowKey): readonly HeldRow[] {
    return this.#tables.get(id)?.get(key) ?? [];
  }

  hasRow(table: Table, key: RowKey): boolean {
    return this.of(table, key).some(({ isRow }) => isRow);
  }

  /** Another one that holds the same. */
  copy(): Holdings {
    const other = new Holdings();
    for (const [id, rows] of this.#tables) other.#tables.set(id, new Map(rows));
    return other;
  }

  /** Forgets the rows for which `isKept` says no. */
  keep({ id }: Table, isKept: (key: RowKey, held: readonly HeldRow[]) => boolean): void {
    const rows = this.#tables.get(id);
    for (const [key, held] of rows ?? []) if (!isKept(key, held)) rows?.delete(key);
  }
}
