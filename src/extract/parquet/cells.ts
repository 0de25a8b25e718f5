/** From rows as they are stored to the cells of a table's columns. */
import type { Column } from "../../schema/model.ts";
import type { ColumnPlan } from "../records/columns.ts";
import { type JsonWriter, jsonWriter } from "./json-text.ts";
import { Malformed } from "./malformed.ts";
import type { Field } from "./schema.ts";
import type { Cell } from "./stored.ts";
import { valueReader } from "./values.ts";

/** How one cell is found in a stored row, and read. */
interface CellReader {
  readonly name: string;
  readonly root: number;
  readonly path: readonly string[];
  readonly read: (stored: unknown) => Cell;
  readonly write: JsonWriter;
}

export class RowReader {
  /** The outermost columns of the file that are read. */
  readonly roots: readonly string[];
  /** How many values of a field are more exact than their columns are. */
  readonly rounded = new Map<string, number>();
  readonly #cells: readonly CellReader[];

  /** `columns`: what each of `fields` feeds; undefined where it is only shown. */
  constructor(fields: readonly Field[], columns: readonly (Column | undefined)[], zone: string) {
    this.roots = [...new Set(fields.map(({ root }) => root))];
    this.#cells = fields.map(({ name, root, path, node }, index) => {
      const isLeaf = node.children.length === 0 && node.element.repetition_type !== "REPEATED";
      const write = jsonWriter(node);
      const read = isLeaf
        ? valueReader(node.element, { column: columns[index], zone, rounded: () => this.#round(name) })
        : write;
      return { name, root: this.roots.indexOf(root), path, read, write };
    });
  }

  #round(name: string): void {
    this.rounded.set(name, (this.rounded.get(name) ?? 0) + 1);
  }

  /** The row's cells, or why it has none: a value is missing, or none of its type. */
  cells(row: readonly unknown[]): readonly (Cell | null)[] | string {
    try {
      return this.#read(row);
    } catch (error) {
      if (error instanceof Malformed) return error.message;
      throw error;
    }
  }

  #read(row: readonly unknown[]): (Cell | null)[] {
    return this.#cells.map((cell) => {
      const stored = storedValue(row, cell);
      if (stored === undefined) throw new Malformed("values are missing");
      return stored === null ? null : cell.read(stored);
    });
  }

  /** The record as it is stored, as JSON. */
  json(row: readonly unknown[]): string {
    const members = this.#cells.map(
      (cell) => `${JSON.stringify(cell.name)}:${cell.write(storedValue(row, cell) ?? null)}`,
    );
    return `{${members.join(",")}}`;
  }

  nameOf(cell: number): string {
    return this.#cells[cell]?.name ?? "";
  }
}

/** Reads what a plan of columns takes from the fields. */
export function plannedReader(fields: readonly Field[], { cellIndexes, columns }: ColumnPlan, zone: string): RowReader {
  return new RowReader(
    cellIndexes.map((index) => fields[index] as Field),
    columns,
    zone,
  );
}

function storedValue(row: readonly unknown[], { root, path }: CellReader): unknown {
  return path.length === 0 ? row[root] : valueAt(row[root], path);
}

/** Null where a structure on the way is. */
function valueAt(stored: unknown, path: readonly string[]): unknown {
  let value = stored;
  for (const name of path) {
    if (value === null || value === undefined) return value;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
