/** The catalog's views that reading a SQL Server asks for. */
import type Database from "better-sqlite3";
import type { Column, Table } from "../../../src/schema/model.ts";
import type { EngineOptions } from "./options.ts";
import { attach, objectName, quote } from "./tables.ts";

type CatalogRow = Readonly<Record<string, string | number | null>>;

export function fillCatalog(db: Database.Database, options: EngineOptions): void {
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
  const indexes = tables.flatMap(uniqueIndexesOf);
  view("main", "sysindexes", "id, indid, rows, name, status", [
    ...tables.map((table) => ({ id: objectName(table), indid: 1, rows: options.rows.get(table.id)?.length ?? 0 })),
    ...indexes.map(({ id, indid, name }) => ({ id, indid, name, rows: null, status: 2 })),
  ]);
  view(
    "main",
    "sysindexkeys",
    "id, indid, colid, keyno",
    indexes.flatMap(({ id, indid, columns }) =>
      columns.map(({ ordinal }, at) => ({ id, indid, colid: ordinal + 1, keyno: at + 1 })),
    ),
  );
  const columns = tables.flatMap((table) =>
    table.columns.map(({ name, ordinal }) => ({
      id: objectName(table),
      object_id: objectName(table),
      name,
      colid: ordinal + 1,
      column_id: ordinal + 1,
    })),
  );
  view("main", "syscolumns", "id, colid, name", columns);
  if ((options.version?.[0] ?? 16) >= 9) {
    view("sys", "columns", "object_id, column_id, name", columns);
    const plain = {
      is_unique: 1,
      is_primary_key: 0,
      is_unique_constraint: 0,
      is_disabled: 0,
      is_hypothetical: 0,
      has_filter: 0,
    };
    view(
      "sys",
      "indexes",
      "object_id, index_id, name, is_unique, is_primary_key, is_unique_constraint, is_disabled, is_hypothetical, has_filter",
      indexes.map(({ id, indid, name }) => ({ ...plain, object_id: id, index_id: indid, name })),
    );
    view(
      "sys",
      "index_columns",
      "object_id, index_id, column_id, key_ordinal",
      indexes.flatMap(({ id, indid, columns: parts }) =>
        parts.map(({ ordinal }, at) => ({
          object_id: id,
          index_id: indid,
          column_id: ordinal + 1,
          key_ordinal: at + 1,
        })),
      ),
    );
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
}

function nameOf({ schema, name }: Table): CatalogRow {
  return { TABLE_SCHEMA: schema, TABLE_NAME: name };
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

interface UniqueIndex {
  readonly id: string;
  readonly indid: number;
  readonly name: string;
  readonly columns: readonly Column[];
}

function uniqueIndexesOf(table: Table): UniqueIndex[] {
  return table.unique
    .filter((key) => key.isIndex === true)
    .map((key, at) => ({
      id: objectName(table),
      indid: at + 10,
      name: key.name ?? `UX${at}`,
      columns: key.columns.flatMap((name) => table.columns.find((column) => column.name === name) ?? []),
    }));
}
