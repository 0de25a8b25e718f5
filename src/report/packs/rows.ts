/** Reads rows of `reconciled.db` for packs: cells as they may be shown, each with its class, its source, and what else was claimed. */
import type Database from "better-sqlite3";
import { storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import { cellDecoders, needsBigInt } from "../../stage/cells.ts";
import type { SqliteCell } from "../../stage/cells.ts";
import type { Alternative } from "../../stage/conflicts.ts";
import { quoteName } from "../../stage/database.ts";
import type { Store } from "../../stage/database.ts";
import { classCodes } from "../../stage/patterns.ts";
import type { Pattern } from "../../stage/patterns.ts";
import { planKey } from "../../values/key.ts";
import { codecFor } from "../../values/registry.ts";
import type { Masks } from "../masks.ts";
import type { ShownValue } from "../model.ts";
import { shown } from "../shown.ts";
import { cellClasses } from "../summary.ts";
import type { CellClass } from "../summary.ts";
import type { PackCell, PackConflict, RowState } from "./model.ts";

const longestShown = 300;

/** The key of a table without one is the whole row. */
export function cutKey(key: string): string {
  const { text, length } = shown(key, longestShown);
  return length === undefined ? key : `${text}…`;
}

/** How a row stands in the store. */
export const stateSql = `CASE WHEN "#deleted" = 1 THEN 'deleted' WHEN "#withheld" IS NOT NULL THEN 'withheld' ELSE 'recovered' END`;

/** Classes and winning sources of a row's cells. */
export interface CellOrigins {
  readonly classes: readonly CellClass[];
  readonly sources: readonly (string | undefined)[];
}

const classByCode = new Map(cellClasses.map((name) => [classCodes[name], name]));

export class Origins {
  readonly #known = new Map<number, CellOrigins>();
  readonly #pattern;

  constructor(store: Store) {
    this.#pattern = store.prepare<[number], Pattern>(
      "SELECT sources, winners, classes FROM main.provenance WHERE id = ?",
    );
  }

  of(pattern: number): CellOrigins {
    const known = this.#known.get(pattern);
    if (known !== undefined) return known;
    const { sources, winners, classes } = this.#pattern.get(pattern) ?? { sources: "", winners: "", classes: "" };
    const named = sources.split(" ");
    const origins = {
      classes: Array.from(classes, (code) => classByCode.get(code) ?? "single"),
      sources: winners.split(" ").map((winner) => (winner === "-1" ? undefined : named[Number(winner)])),
    };
    this.#known.set(pattern, origins);
    return origins;
  }
}

/** A row as it was read: its number, key, reason, pattern, cells as `columns`. */
export interface ReadRow {
  readonly number: number;
  readonly key: string;
  readonly state: RowState;
  readonly reason: string | null;
  readonly pattern: number;
  readonly cells: readonly ShownValue[];
}

/** How rows of one table are read and shown. */
export class RowForm {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly #masks: Masks;
  readonly #show: readonly ((cell: SqliteCell) => string | null)[];
  readonly #keyIndexes: readonly number[];

  constructor(table: Table, masks: Masks) {
    this.table = table;
    this.columns = storedColumns(table);
    this.#masks = masks;
    const decoders = cellDecoders(this.columns);
    this.#show = this.columns.map((column, index) => {
      const codec = codecFor(column);
      return (cell) => {
        const value = decoders[index]?.(cell) ?? null;
        return value === null ? null : codec.format(value);
      };
    });
    this.#keyIndexes = planKey(table).columns.map(({ name }) => this.columns.findIndex((one) => one.name === name));
  }

  /** `tail`: joins and conditions, where the table is called `child`. */
  statement(store: Store, tail: string): Database.Statement<(number | string)[], SqliteCell[]> {
    const cells = this.columns.map(({ name }) => `child.${quoteName(name)}`).join(", ");
    const sql = `SELECT child.rowid, child."#keyText", ${stateSql}, child."#withheld", child."#provenance", ${cells} ${tail}`;
    const statement = store.prepare<(number | string)[], SqliteCell[]>(sql).raw(true);
    return this.columns.some((column) => needsBigInt(column)) ? statement.safeIntegers(true) : statement;
  }

  read([number, keyText, state, reason, pattern, ...cells]: SqliteCell[]): ReadRow {
    const texts = this.#show.map((show, index) => show(cells[index] ?? null));
    return {
      number: Number(number),
      key: this.#key(String(keyText), texts),
      state: state as RowState,
      reason: this.#masks.reason(this.table.id, reason as string | null),
      pattern: Number(pattern),
      cells: texts.map((text, index) => this.value(this.columns[index]?.name ?? "", text)),
    };
  }

  /** A value of a column as it may be shown. */
  value(column: string, text: string | null): ShownValue {
    return shown(this.#masks.value(this.table.id, column, text), longestShown);
  }

  /** Rows that only a delete tells of have no cells: their key is a text alone. */
  #key(keyText: string, texts: readonly (string | null)[]): string {
    const parts = this.#keyIndexes.map((index) => texts[index] ?? null);
    const isWhole = parts.every((part) => part !== null) && parts.join(", ") === keyText;
    return cutKey(isWhole ? this.#masks.keyParts(this.table.id, parts) : this.#masks.key(this.table.id, keyText));
  }
}

/** A row of `conflict`. */
export interface ConflictCell {
  readonly column: string;
  readonly class: CellClass;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly value: string | null;
  readonly alternatives: string;
}

export const conflictColumns = `said.columnName AS "column", said.class, said.rule, said.reason, said.value, said.alternatives`;

export function packConflict(
  form: RowForm,
  masks: Masks,
  { column, rule, reason, alternatives }: ConflictCell,
): PackConflict {
  return {
    rule,
    reason: masks.reason(form.table.id, reason),
    others: (JSON.parse(alternatives) as Alternative[]).map(({ value, sources, as }) => ({
      value: form.value(column, value),
      sources,
      as,
    })),
  };
}

/** The cells of a row with all that is known of them. */
export function packCells(
  form: RowForm,
  row: ReadRow,
  origins: CellOrigins,
  conflicts: ReadonlyMap<string, PackConflict>,
): PackCell[] {
  return form.columns.map(({ name }, index) => ({
    column: name,
    value: row.cells[index] ?? { text: null },
    class: origins.classes[index] ?? "absent",
    source: origins.sources[index],
    conflict: conflicts.get(name),
  }));
}
