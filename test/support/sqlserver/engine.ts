/**
 * What stands behind the tests' TDS server: tables in SQLite, and the catalog views and functions that reading a SQL Server asks for. It takes SELECT and
 * SET and refuses every other statement, so that nothing else goes unnoticed.
 */
import Database from "better-sqlite3";
import type { Column, DatabaseSchema, SqlType, Table } from "../../../src/schema/model.ts";
import { isStored } from "../../../src/schema/model.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";
import type { Backend, ColumnMeta, Login, Result, Session, TdsValue } from "../tds/backend.ts";
import { ServerError } from "../tds/backend.ts";

export interface EngineOptions {
  readonly schema: DatabaseSchema;
  /** By table's id: rows in the order of its stored columns, in canonical form. */
  readonly rows: ReadonlyMap<string, readonly (readonly CanonicalValue[])[]>;
  readonly version?: Backend["version"];
  readonly allowsSnapshots?: boolean;
  /** Columns (`dbo.Customers.Email`) that are masked, or that the login may not read; tables with a row filter. */
  readonly masked?: readonly string[];
  readonly denied?: readonly string[];
  readonly filtered?: readonly string[];
  /** May throw an error in place of an answer. */
  readonly before?: (statement: string) => void;
}

export function createEngine(options: EngineOptions): Backend {
  const db = new Database(":memory:");
  fillCatalog(db, options);
  for (const table of options.schema.tables) fillTable(db, table, options.rows.get(table.id) ?? []);
  return {
    version: options.version ?? [16, 0, 4135],
    connect(login: Login): Session {
      if (login.password !== "secret") throw new ServerError(18_456, `Login failed for user '${login.user}'.`, 14);
      if (login.database !== "Shop") throw new ServerError(4060, `Cannot open database "${login.database}".`, 11);
      return {
        execute: (statement, parameters) => execute(db, options, statement, parameters),
        transaction: () => undefined,
        close: () => undefined,
      };
    },
  };
}

/** Before TDS 7.2 transactions are statements. */
const transactions = /^\s*(?:BEGIN|COMMIT|ROLLBACK) TRAN\b/i;
const settings = /^\s*SET [A-Z_ ]+(?:LOW|ON|OFF|\d+|READ COMMITTED|READ UNCOMMITTED|SNAPSHOT|[a-z_]+)\s*$/i;

function* execute(
  db: Database.Database,
  options: EngineOptions,
  statement: string,
  parameters: ReadonlyMap<string, TdsValue>,
): Generator<Result> {
  options.before?.(statement);
  if (/^\s*SET\s/i.test(statement) || transactions.test(statement)) {
    const parts = statement.split(/;|\n/).filter((part) => part.trim() !== "");
    const refused = parts.find((part) => !settings.test(part) && !transactions.test(part));
    if (refused !== undefined) throw new ServerError(102, `Incorrect syntax near '${refused.trim()}'.`, 15);
    yield { kind: "done" };
    return;
  }
  if (!/^\s*SELECT\s/i.test(statement))
    throw new ServerError(102, `Incorrect syntax near '${statement.slice(0, 20)}'.`, 15);
  yield select(db, options, statement, parameters);
}

function select(
  db: Database.Database,
  { schema }: EngineOptions,
  statement: string,
  parameters: ReadonlyMap<string, TdsValue>,
): Result {
  const prepared = prepare(db, translate(statement));
  const values = Object.fromEntries([...parameters].map(([name, value]) => [name, bindable(value)]));
  const rows = [...(prepared.raw(true).iterate(values) as Iterable<unknown[]>)];
  const columns = prepared.columns().map((column, index): ColumnMeta => {
    const table = schema.tables.find((each) => each.schema === column.database && each.name === column.table);
    const known = table?.columns.find((each) => each.name === column.column);
    return known === undefined
      ? { name: column.name, type: guess(rows.find((row) => row[index] !== null)?.[index]), nullable: true }
      : { name: column.name, type: known.type, nullable: known.nullable };
  });
  return { kind: "rows", columns, rows: rows as TdsValue[][] };
}

function prepare(db: Database.Database, statement: string): Database.Statement {
  try {
    return db.prepare(statement);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw message.includes("no such table")
      ? new ServerError(208, `Invalid object name '${message.split(": ")[1] ?? ""}'.`)
      : new ServerError(102, `${message}: ${statement}`, 15);
  }
}

function bindable(value: TdsValue): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}

/** Of an expression: SQLite says no type for it. */
function guess(value: unknown): SqlType {
  if (typeof value === "number") return { name: "int" };
  return value instanceof Uint8Array ? { name: "varbinary", length: "max" } : { name: "nvarchar", length: "max" };
}

/** CONVERT's first argument is a type, which SQLite would take for a function or a column. */
function translate(statement: string): string {
  const sqlite = statement
    .replaceAll(/CONVERT\((\w+(?:\([^)]*\))?),/g, (_, type: string) => `CONVERT_TO('${type}',`)
    .replaceAll(/\bN'/g, "'");
  return sqlite.startsWith("SELECT TOP 0 ") ? `${sqlite.replace("TOP 0 ", "")} LIMIT 0` : sqlite;
}

function fillTable(db: Database.Database, table: Table, rows: readonly (readonly CanonicalValue[])[]): void {
  attach(db, table.schema);
  const name = `${quote(table.schema)}.${quote(table.name)}`;
  const columns = table.columns.filter(isStored);
  db.exec(`CREATE TABLE ${name} (${table.columns.map((column) => declare(column)).join(", ")})`);
  const insert = db.prepare(
    `INSERT INTO ${name} (${columns.map((column) => quote(column.name)).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  for (const row of rows) insert.run(row.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell) : cell)));
}

/** Text compares as the default collation does for ASCII; no type changes what is put in. */
function declare({ name, type }: Column): string {
  const isText = ["char", "varchar", "nchar", "nvarchar"].includes(type.name);
  return `${quote(name)} ${isText ? "COLLATE NOCASE" : ""}`;
}

function attach(db: Database.Database, name: string): void {
  const attached = db.pragma("database_list") as { name: string }[];
  if (!attached.some((each) => each.name === name)) db.exec(`ATTACH ':memory:' AS ${quote(name)}`);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

type CatalogRow = Readonly<Record<string, string | number | null>>;

function fillCatalog(db: Database.Database, options: EngineOptions): void {
  const { tables } = options.schema;
  const view = (schema: string, name: string, columns: string, rows: readonly CatalogRow[]): void => {
    if (schema !== "main") attach(db, schema);
    db.exec(`CREATE TABLE ${quote(schema)}.${name} (${columns})`);
    const names = columns.split(", ");
    const insert = db.prepare(`INSERT INTO ${quote(schema)}.${name} VALUES (${names.map(() => "?").join(", ")})`);
    for (const row of rows) insert.run(names.map((column) => row[column] ?? null));
  };
  const standard = (name: string, columns: string, rows: readonly CatalogRow[]): void =>
    view("INFORMATION_SCHEMA", name, columns, rows);
  standard(
    "TABLES",
    "TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE",
    tables.map((table) => ({ ...nameOf(table), TABLE_TYPE: "BASE TABLE" })),
  );
  standard(
    "COLUMNS",
    "TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE, COLLATION_NAME, COLUMN_DEFAULT",
    tables.flatMap((table) => table.columns.map((column) => ({ ...nameOf(table), ...columnRow(column) }))),
  );
  const constraints = tables.flatMap(constraintsOf);
  standard(
    "TABLE_CONSTRAINTS",
    "TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CONSTRAINT_TYPE",
    constraints.map(({ row }) => row),
  );
  standard(
    "KEY_COLUMN_USAGE",
    "TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_SCHEMA, CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION",
    constraints.flatMap(({ row, columns }) =>
      columns.map((column, at) => ({ ...row, COLUMN_NAME: column, ORDINAL_POSITION: at + 1 })),
    ),
  );
  standard(
    "REFERENTIAL_CONSTRAINTS",
    "CONSTRAINT_SCHEMA, CONSTRAINT_NAME, UNIQUE_CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE",
    referencesOf(tables),
  );
  standard(
    "CHECK_CONSTRAINTS",
    "CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CHECK_CLAUSE",
    tables.flatMap((table) =>
      table.checks.map((check) => ({
        CONSTRAINT_SCHEMA: table.schema,
        CONSTRAINT_NAME: check.name ?? "",
        CHECK_CLAUSE: check.expression,
      })),
    ),
  );
  view(
    "main",
    "sysindexes",
    "id, indid, rows",
    tables.map((table) => ({ id: objectName(table), indid: 1, rows: options.rows.get(table.id)?.length ?? 0 })),
  );
  if ((options.version?.[0] ?? 16) >= 9) {
    view("sys", "databases", "database_id, snapshot_isolation_state", [
      { database_id: 5, snapshot_isolation_state: options.allowsSnapshots === false ? 0 : 1 },
    ]);
    view(
      "sys",
      "computed_columns",
      "object_id, name, definition",
      tables.flatMap((table) =>
        table.columns.flatMap((column) =>
          column.computed === undefined
            ? []
            : { object_id: objectName(table), name: column.name, definition: column.computed.expression },
        ),
      ),
    );
    view(
      "sys",
      "masked_columns",
      "object_id, name, is_masked",
      splitNames(options.masked).map((row) => ({ ...row, is_masked: 1 })),
    );
    view("sys", "security_policies", "object_id, name, is_enabled", [
      { object_id: "policy", name: "RowFilter", is_enabled: 1 },
    ]);
    view(
      "sys",
      "security_predicates",
      "object_id, target_object_id, predicate_type",
      (options.filtered ?? []).map((name) => ({ object_id: "policy", target_object_id: name, predicate_type: 0 })),
    );
  }
  addFunctions(db, options);
}

function nameOf({ schema, name }: Table): CatalogRow {
  return { TABLE_SCHEMA: schema, TABLE_NAME: name };
}

function objectName({ schema, name }: Table): string {
  return `${schema}.${name}`;
}

function columnRow(column: Column): CatalogRow {
  const { type } = column;
  return {
    COLUMN_NAME: column.name,
    ORDINAL_POSITION: column.ordinal + 1,
    DATA_TYPE: type.name,
    CHARACTER_MAXIMUM_LENGTH: type.length === "max" ? -1 : (type.length ?? null),
    NUMERIC_PRECISION: type.precision ?? null,
    NUMERIC_SCALE: type.scale ?? null,
    DATETIME_PRECISION: type.scale ?? 7,
    IS_NULLABLE: column.nullable ? "YES" : "NO",
    COLLATION_NAME: column.collation ?? null,
    COLUMN_DEFAULT: column.default?.expression ?? null,
  };
}

interface Constraint {
  readonly row: CatalogRow;
  readonly columns: readonly string[];
}

function constraintsOf(table: Table): Constraint[] {
  const constraint = (kind: string, name: string | undefined, columns: readonly string[]): Constraint => ({
    row: {
      ...nameOf(table),
      CONSTRAINT_SCHEMA: table.schema,
      CONSTRAINT_NAME: name ?? `${kind} of ${table.name}`,
      CONSTRAINT_TYPE: kind,
    },
    columns,
  });
  return [
    ...(table.primaryKey === undefined
      ? []
      : [constraint("PRIMARY KEY", table.primaryKey.name, table.primaryKey.columns)]),
    ...table.unique.filter((key) => key.isIndex !== true).map((key) => constraint("UNIQUE", key.name, key.columns)),
    ...table.foreignKeys.map((key) => constraint("FOREIGN KEY", key.name, key.columns)),
    ...table.checks.map((check) => constraint("CHECK", check.name, [])),
  ];
}

function referencesOf(tables: readonly Table[]): CatalogRow[] {
  return tables.flatMap((table) =>
    table.foreignKeys.map((key) => ({
      CONSTRAINT_SCHEMA: table.schema,
      CONSTRAINT_NAME: key.name ?? "",
      UNIQUE_CONSTRAINT_NAME: tables.find(({ id }) => id === key.references)?.primaryKey?.name ?? null,
      UPDATE_RULE: key.onUpdate ?? "NO ACTION",
      DELETE_RULE: key.onDelete ?? "NO ACTION",
    })),
  );
}

/** `dbo.Customers.Email` → the table and the column. */
function splitNames(names: readonly string[] = []): CatalogRow[] {
  return names.map((name) => {
    const dot = name.lastIndexOf(".");
    return { object_id: name.slice(0, dot), name: name.slice(dot + 1) };
  });
}

function plain(name: string): string {
  return name.replaceAll(/[[\]]/g, "");
}

function addFunctions(db: Database.Database, { schema, version, denied = [] }: EngineOptions): void {
  const find = (object: unknown): Table | undefined =>
    schema.tables.find((table) => objectName(table) === plain(String(object)));
  const identity = (object: unknown) => find(object)?.columns.find((column) => column.identity !== undefined)?.identity;
  const define = (name: string, body: (...given: unknown[]) => unknown): void =>
    void db.function(name, { varargs: true }, body as (...given: unknown[]) => string);
  define("CONVERT_TO", (type, value) => {
    if (value === null || value instanceof Uint8Array) return value;
    return /^(?:int|smallint|tinyint|bigint)$/.test(String(type)) ? Number(value) : `${value as string | number}`;
  });
  define("OBJECT_ID", (object) => plain(String(object)));
  define("DB_ID", () => 5);
  define("DB_NAME", () => "Shop");
  define("SERVERPROPERTY", () => (version ?? [16, 0, 4135]).join("."));
  define("GETUTCDATE", () => "2026-03-14T09:26:53.997");
  define("IDENT_SEED", (object) => identity(object)?.seed ?? null);
  define("IDENT_INCR", (object) => identity(object)?.increment ?? null);
  define("HAS_PERMS_BY_NAME", (object, _class, permission, column) =>
    permission === "UNMASK" || denied.includes(`${plain(String(object))}.${String(column)}`) ? 0 : 1,
  );
  define("OBJECTPROPERTY", (object) => {
    const constraints = schema.tables.flatMap((table) =>
      [...table.foreignKeys, ...table.checks].map(({ name, disabled }) => ({
        name: `${table.schema}.${name}`,
        disabled,
      })),
    );
    return Number(constraints.find(({ name }) => name === String(object))?.disabled === true);
  });
  define("COLUMNPROPERTY", (object, name, property) => {
    const column = find(object)?.columns.find((each) => each.name === name);
    return Number(property === "IsIdentity" ? column?.identity !== undefined : column?.computed !== undefined);
  });
}
