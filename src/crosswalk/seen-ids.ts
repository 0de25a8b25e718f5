/** Which ids of a table anything shows: its own rows, and rows that refer to them, in sources that have the target's keys. */
import type { Incident } from "../incident.ts";
import { findColumn, findTable, isStored, sameName } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { openForReading, quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { isWhole } from "./allocation.ts";

/** A column that holds ids of the table. */
interface IdColumn {
  readonly table: Table;
  readonly column: Column;
}

export class SeenIds {
  readonly #files: readonly string[];
  readonly #columns: readonly IdColumn[];

  /** `files`: staging files of sources that have the target's keys; `column`: the table's key. */
  constructor(files: readonly string[], table: Table, column: Column, incident: Incident) {
    this.#files = files;
    this.#columns = [{ table, column }, ...referringColumns(table, column, incident)];
  }

  /** The highest of them, or with `falls` the lowest; undefined: none. */
  last(falls: boolean): bigint | undefined {
    const found = this.#ask(`SELECT ${falls ? "min" : "max"}(id) FROM`, "");
    return found.reduce<bigint | undefined>(
      (last, id) => (last === undefined || (falls ? id < last : id > last) ? id : last),
      undefined,
    );
  }

  /** The lowest of them from `least` to `most`; undefined: none. */
  between(least: bigint, most: bigint): bigint | undefined {
    const found = this.#ask("SELECT min(id) FROM", `WHERE id BETWEEN ${least} AND ${most}`);
    return found.toSorted((left, right) => (left < right ? -1 : 1))[0];
  }

  #ask(select: string, where: string): bigint[] {
    return this.#files.flatMap((file) => {
      const store = openForReading(file);
      try {
        const answers = this.#columns
          .filter(({ table }) => holds(store, table))
          .map((column) =>
            store
              .prepare(`${select} (${idsOf(column)}) ${where}`)
              .pluck(true)
              .safeIntegers(true)
              .get(),
          );
        return answers.filter((id): id is bigint => typeof id === "bigint");
      } finally {
        store.close();
      }
    });
  }
}

function referringColumns(table: Table, key: Column, { schema, tables }: Incident): IdColumn[] {
  return tables.flatMap((child) =>
    child.foreignKeys.flatMap(({ columns: [name = "", ...more], references, referencedColumns }): IdColumn[] => {
      if (more.length > 0 || findTable(schema, references) !== table) return [];
      if (!sameName(referencedColumns[0] ?? key.name, key.name)) return [];
      const column = findColumn(child, name);
      return column !== undefined && isStored(column) && isWhole(column.type) ? [{ table: child, column }] : [];
    }),
  );
}

function holds(store: Store, table: Table): boolean {
  return store.prepare("SELECT 1 FROM tally WHERE tableName = ?").get(table.id) !== undefined;
}

/** GOTCHAS 5: an id that may be damaged does not count. */
function idsOf({ table, column }: IdColumn): string {
  const [name, owner] = [column.name, table.id].map((text) => `'${text.replaceAll("'", "''")}'`);
  const id = quoteName(column.name);
  return `SELECT CAST(${id} AS INTEGER) AS id FROM ${quoteName(table.id)} WHERE ${id} IS NOT NULL
    AND "#n" NOT IN (SELECT n FROM doubt WHERE tableName = ${owner} AND columnName = ${name})`;
}
