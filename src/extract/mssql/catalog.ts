/**
 * What the catalog says of tables and views, through the views of the SQL standard, which every version since 2000 has
 * (https://learn.microsoft.com/sql/relational-databases/system-information-schema-views).
 */
import { UserError } from "../../errors.ts";
import type { Relation, RelationName, ServerColumn } from "../server/kind.ts";
import { quoteRelation, quoteText } from "./names.ts";
import { isOrdered, unreadBecause } from "./types.ts";

/** A row of a catalog view, by column name. */
export type CatalogRow = Readonly<Record<string, string | number | boolean | null>>;

/** Runs one SELECT. */
export type Ask = (sql: string) => Promise<readonly CatalogRow[]>;

export async function readRelations(ask: Ask): Promise<RelationName[]> {
  const rows = await ask(
    "SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [name] FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_SCHEMA, TABLE_NAME",
  );
  return rows.map(({ schema, name }) => ({ schema: String(schema), name: String(name) }));
}

/** Throws UserError where it is not there, or the login may read nothing of it. */
export async function describeRelation(ask: Ask, name: RelationName, version: number): Promise<Relation> {
  const rows = await ask(columnsOf(name));
  if (rows.length === 0) throw absent(name);
  const denied = version >= 9 ? await deniedColumns(ask, name, rows) : new Set<string>();
  const columns = rows.map((row) => columnOf(row, denied));
  return {
    name,
    query: undefined,
    columns,
    key: await readKey(ask, name, columns, version),
    estimatedRows: await estimate(ask, name),
    limits: [
      ...[...denied].map((column) => `the login may not read column ${column}`),
      ...(version >= 13 ? await hiddenBy(ask, name) : []),
      ...variantLimits(columns, version),
    ],
  };
}

function of({ schema, name }: RelationName, prefix = ""): string {
  return `${prefix}TABLE_SCHEMA = ${quoteText(schema)} AND ${prefix}TABLE_NAME = ${quoteText(name)}`;
}

function columnsOf(name: RelationName): string {
  return `SELECT COLUMN_NAME AS [name], DATA_TYPE AS [type], CHARACTER_MAXIMUM_LENGTH AS [length], NUMERIC_PRECISION AS [precision],
  NUMERIC_SCALE AS [scale], DATETIME_PRECISION AS [fraction], IS_NULLABLE AS [nullable], COLLATION_NAME AS [collation]
FROM INFORMATION_SCHEMA.COLUMNS WHERE ${of(name)} ORDER BY ORDINAL_POSITION`;
}

function columnOf(row: CatalogRow, denied: ReadonlySet<string>): ServerColumn {
  const name = String(row["name"]);
  const unread = denied.has(name) ? "the login may not read it" : unreadBecause(String(row["type"]));
  return {
    name,
    declaredType: declaredType(row),
    nullable: row["nullable"] !== "NO",
    ...(typeof row["collation"] === "string" ? { collation: row["collation"] } : {}),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** `nvarchar(40)`, `decimal(9, 3)`, `datetime2(7)`, from a row of INFORMATION_SCHEMA.COLUMNS. */
export function declaredType(row: CatalogRow): string {
  const base = String(row["type"]);
  if (["char", "varchar", "nchar", "nvarchar", "binary", "varbinary"].includes(base))
    return `${base}(${Number(row["length"]) < 0 ? "max" : Number(row["length"])})`;
  if (base === "decimal" || base === "numeric") return `${base}(${Number(row["precision"])}, ${Number(row["scale"])})`;
  if (["time", "datetime2", "datetimeoffset"].includes(base)) return `${base}(${Number(row["fraction"])})`;
  return base;
}

/** The primary key, else the narrowest unique constraint or index, of columns that are never NULL and have an order. */
async function readKey(
  ask: Ask,
  name: RelationName,
  columns: readonly ServerColumn[],
  version: number,
): Promise<string[]> {
  const constraints =
    await ask(`SELECT c.CONSTRAINT_NAME AS [key], c.CONSTRAINT_TYPE AS [kind], k.COLUMN_NAME AS [column]
FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS c
JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k ON k.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = c.CONSTRAINT_NAME
WHERE ${of(name, "c.")} AND c.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE')
ORDER BY c.CONSTRAINT_TYPE, c.CONSTRAINT_NAME, k.ORDINAL_POSITION`);
  const rows = [...constraints, ...(await ask(uniqueIndexes(name, version)))];
  const names = [...new Set(rows.map(({ key }) => key))];
  const keys = names.map((key) => rows.filter((row) => row["key"] === key));
  const usable = keys.filter((parts) => parts.every(({ column }) => isUsable(columns, String(column))));
  const [best] = usable.toSorted((left, right) => weight(left) - weight(right));
  return (best ?? []).map(({ column }) => String(column));
}

/** Unique indexes that are no constraints: whole ones (no filter), switched on, without the columns that they only carry along. */
function uniqueIndexes(name: RelationName, version: number): string {
  const object = `OBJECT_ID(${quoteText(quoteRelation(name))})`;
  // From status: 2 is unique, 32 hypothetical, 2048 and 4096 belong to a constraint.
  if (version < 9)
    return `SELECT i.name AS [key], 'INDEX' AS [kind], c.name AS [column]
FROM sysindexes AS i JOIN sysindexkeys AS k ON k.id = i.id AND k.indid = i.indid JOIN syscolumns AS c ON c.id = k.id AND c.colid = k.colid
WHERE i.id = ${object} AND (i.status & 6178) = 2 ORDER BY i.name, k.keyno`;
  return `SELECT i.name AS [key], 'INDEX' AS [kind], c.name AS [column]
FROM sys.indexes AS i JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE i.object_id = ${object} AND i.is_unique = 1 AND i.is_primary_key = 0 AND i.is_unique_constraint = 0 AND i.is_disabled = 0
  AND i.is_hypothetical = 0 AND k.key_ordinal > 0${version >= 10 ? " AND i.has_filter = 0" : ""} ORDER BY i.name, k.key_ordinal`;
}

function weight(parts: readonly CatalogRow[]): number {
  return parts[0]?.["kind"] === "PRIMARY KEY" ? 0 : parts.length;
}

function isUsable(columns: readonly ServerColumn[], name: string): boolean {
  const column = columns.find((other) => other.name === name);
  return column?.nullable === false && column.unread === undefined && isOrdered(column.declaredType);
}

/** `sysindexes` is there in every version; from 2005 on as a view. */
async function estimate(ask: Ask, name: RelationName): Promise<number | undefined> {
  const [row] = await ask(
    `SELECT CONVERT(varchar(20), rows) AS [rows] FROM sysindexes WHERE id = OBJECT_ID(${quoteText(quoteRelation(name))}) AND indid < 2`,
  );
  return row === undefined || row["rows"] === null ? undefined : Number(row["rows"]);
}

async function deniedColumns(ask: Ask, name: RelationName, columns: readonly CatalogRow[]): Promise<Set<string>> {
  const object = quoteText(quoteRelation(name));
  const asked = columns.map(
    (column, index) =>
      `HAS_PERMS_BY_NAME(${object}, 'OBJECT', 'SELECT', ${quoteText(String(column["name"]))}, 'COLUMN') AS [c${index}]`,
  );
  const [row = {}] = await ask(`SELECT ${asked.join(",\n  ")}`);
  return new Set(columns.flatMap((column, index) => (row[`c${index}`] === 0 ? [String(column["name"])] : [])));
}

/** Masks and row filters (GOTCHAS 29): from 2016 on. */
async function hiddenBy(ask: Ask, name: RelationName): Promise<string[]> {
  const id = `OBJECT_ID(${quoteText(quoteRelation(name))})`;
  const masked = await ask(
    `SELECT name AS [name] FROM sys.masked_columns WHERE object_id = ${id} AND is_masked = 1 AND HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK') = 0`,
  );
  const filters = await ask(`SELECT p.name AS [name] FROM sys.security_predicates AS f
JOIN sys.security_policies AS p ON p.object_id = f.object_id
WHERE f.target_object_id = ${id} AND f.predicate_type = 0 AND p.is_enabled = 1`);
  return [
    ...masked.map((column) => `column ${String(column["name"])} is masked for this login`),
    ...filters.map((policy) => `the security policy ${String(policy["name"])} may hide rows`),
  ];
}

/** Without max types a text, or bytes as digits, ends at 4000 characters. */
function variantLimits(columns: readonly ServerColumn[], version: number): string[] {
  const variants = columns.filter((column) => version < 9 && column.declaredType === "sql_variant");
  return variants.map(({ name }) => `column ${name} is a sql_variant: of its values at most 4000 characters are read`);
}

function absent({ schema, name }: RelationName): UserError {
  return new UserError({
    what: `the server has no table or view ${schema}.${name} that this login may read`,
    where: { table: `${schema}.${name}` },
    remedy: "Correct `from`, or grant the login SELECT on it",
  });
}
