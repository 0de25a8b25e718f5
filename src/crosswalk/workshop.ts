/** The file in which a source's rows are re-keyed: a copy of its staging file, with the original and others beside it. */
import type { Column, Table } from "../schema/model.ts";
import { cellDecoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { codecFor } from "../values/registry.ts";

export class Workshop {
  readonly store: Store;
  readonly #equalities = new Map<string, string>();

  /** `store`: the copy; its original is attached as `original`. */
  constructor(store: Store) {
    this.store = store;
  }

  /** Is anything of the table staged in `database` (`main`, `original`, or one that is attached)? */
  holds(table: Table, database = "main"): boolean {
    return this.store.prepare(`SELECT 1 FROM ${database}.tally WHERE tableName = ?`).get(table.id) !== undefined;
  }

  /** Does something with another staging file attached under the name `other`. */
  withOther(file: string, work: () => void): void {
    this.store.prepare("ATTACH ? AS other").run(file);
    try {
      work();
    } finally {
      this.store.exec("DETACH other");
    }
  }

  /**
   * An SQL expression over cells (`values`, by default the columns' own names) that is equal where the server takes all of them as equal
   * in `columns`; NULL where one of them is NULL.
   */
  equality(columns: readonly Column[], values: readonly string[]): string {
    const forms = columns.map(({ type, collation }) => JSON.stringify([type, collation])).join();
    const name = this.#equalities.get(forms) ?? `equality_${this.#equalities.size}`;
    if (!this.#equalities.has(forms)) this.#teach(name, columns);
    this.#equalities.set(forms, name);
    return `${name}(${values.join(", ")})`;
  }

  #teach(name: string, columns: readonly Column[]): void {
    const decoders = cellDecoders(columns);
    const codecs = columns.map((column) => codecFor(column));
    const equality = (...cells: SqliteCell[]): string | null => {
      const keys: string[] = [];
      for (const [index, codec] of codecs.entries()) {
        const value = decoders[index]?.(cells[index] ?? null) ?? null;
        if (value === null) return null;
        keys.push(String(codec.equalityKey(value)));
      }
      return JSON.stringify(keys);
    };
    this.store.function(name, { deterministic: true, safeIntegers: true, varargs: true }, equality);
  }
}

/** `t."A", t."B"`, one each. */
export function cellsOf(columns: readonly Column[], alias: string): string[] {
  return columns.map((column) => `${alias}.${quoteName(column.name)}`);
}
