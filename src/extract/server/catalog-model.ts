/** What the catalogs of other servers have in common when they become the model of a SQL Server database. */
import { tableName } from "../../schema/model.ts";
import type { Column, ForeignKey, Key, SqlType, Table } from "../../schema/model.ts";

/** Where SQL Server puts what names no schema, and so what lies in another server's default schema. */
export const defaultSchema = "dbo";

/** The widest nvarchar that every version can index (900 bytes). */
const widestInKey = 450;

/** How many objects of each sort have no counterpart in the model. */
export class Skipped {
  readonly #counts = new Map<string, number>();

  add(what: string, count = 1): void {
    if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  /** By name. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }
}

export interface TableParts {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly primaryKey: Key | undefined;
  readonly unique: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: Table["checks"];
}

/**
 * The table as the model has it. Text without a limit that a key needs gets the greatest length that SQL Server can index; a unique key over columns that
 * may be NULL is left out, because elsewhere any number of rows may lack a value, and in SQL Server one.
 */
export function assembleTable(parts: TableParts, skipped: Skipped): Table {
  const inKeys = new Set([...keysOf(parts), ...parts.foreignKeys].flatMap(({ columns }) => columns));
  const columns = parts.columns.map((column) =>
    inKeys.has(column.name) ? { ...column, type: indexable(column.type) } : column,
  );
  const nullable = new Set(columns.filter((column) => column.nullable).map(({ name }) => name));
  const unique = parts.unique.filter((key) => !key.columns.some((name) => nullable.has(name)));
  skipped.add("unique key over NULL", parts.unique.length - unique.length);
  return {
    schema: parts.schema,
    name: parts.name,
    id: tableName(parts.schema, parts.name),
    columns,
    ...(parts.primaryKey === undefined ? {} : { primaryKey: parts.primaryKey }),
    unique,
    foreignKeys: parts.foreignKeys,
    checks: parts.checks,
    attachments: [],
  };
}

function keysOf({ primaryKey, unique }: TableParts): readonly Key[] {
  return primaryKey === undefined ? unique : [primaryKey, ...unique];
}

function indexable(type: SqlType): SqlType {
  if (type.length !== "max") return type;
  if (type.name === "nvarchar") return { ...type, length: widestInKey };
  return type.name === "varbinary" ? { ...type, length: 2 * widestInKey } : type;
}

/** What a foreign key does in SQL Server where it says the same; NO ACTION, the default, is left unsaid, and RESTRICT is it. */
export function referentialAction(written: string): string | undefined {
  return written === "NO ACTION" || written === "RESTRICT" ? undefined : written;
}

/** Up to 4000 characters, else max. */
export function nationalText(name: "nchar" | "nvarchar", length: number | undefined): SqlType {
  const fits = length !== undefined && length >= 1 && length <= 4000;
  if (fits) return { name, length };
  return { name: "nvarchar", length: "max" };
}

const greatestPrecision = 38;

/** decimal of up to 38 digits. Without a precision, half of them stand behind the point. */
export function decimalOf(precision: number | undefined, scale: number): SqlType {
  if (precision === undefined) return { name: "decimal", precision: greatestPrecision, scale: 19 };
  const behind = Math.min(Math.max(scale, 0), greatestPrecision);
  // PostgreSQL lets the scale be negative, or greater than the precision.
  const digits = Math.max(precision - Math.min(scale, 0), behind);
  return { name: "decimal", precision: Math.min(digits, greatestPrecision), scale: behind };
}
