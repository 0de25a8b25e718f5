/** The catalog's views that reading a SQL Server asks for. */
import type Database from "better-sqlite3";
import type { Column, SqlType, Table } from "../../../src/schema/model.ts";
import { boundColumn } from "./bindings.ts";
import { objectViews } from "./object-views.ts";
import type { CatalogRow } from "./object-views.ts";
import type { EngineOptions } from "./options.ts";
import { attach, quote } from "./tables.ts";

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
    "TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE, COLLATION_NAME, COLUMN_DEFAULT, DOMAIN_SCHEMA, DOMAIN_NAME",
    tables.flatMap((table) =>
      table.columns.map((column) => {
        const bound = boundColumn(options.schema, table, column).default;
        const text = options.schema.boundObjects.find(({ name }) => name === bound)?.sql;
        return { ...nameOf(table), ...columnRow(column), ...(text === undefined ? {} : { COLUMN_DEFAULT: text }) };
      }),
    ),
  );
  standard(
    "DOMAINS",
    "DOMAIN_SCHEMA, DOMAIN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION",
    options.schema.userTypes.map(({ schema, name, type }) => ({
      DOMAIN_SCHEMA: schema,
      DOMAIN_NAME: name,
      ...typeRow(type),
    })),
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
  for (const [name, columns, rows] of objectViews(options)) {
    const [schema, own] = name.startsWith("sys.") ? ["sys", name.slice("sys.".length)] : ["main", name];
    view(schema, own, columns, rows);
  }
  if ((options.version?.[0] ?? 16) >= 9) {
    view("sys", "databases", "database_id, snapshot_isolation_state", [
      { database_id: 5, snapshot_isolation_state: options.allowsSnapshots === false ? 0 : 1 },
    ]);
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
  const userType = column.userType?.split(".");
  return {
    COLUMN_NAME: column.name,
    ORDINAL_POSITION: column.ordinal + 1,
    ...typeRow(type),
    DOMAIN_SCHEMA: userType?.[0] ?? null,
    DOMAIN_NAME: userType?.[1] ?? null,
    IS_NULLABLE: column.nullable ? "YES" : "NO",
    COLLATION_NAME: column.collation ?? null,
    COLUMN_DEFAULT: column.default?.expression ?? null,
  };
}

function typeRow(type: SqlType): CatalogRow {
  return {
    DATA_TYPE: type.name,
    CHARACTER_MAXIMUM_LENGTH: type.length === "max" ? -1 : (type.length ?? null),
    NUMERIC_PRECISION: type.precision ?? null,
    NUMERIC_SCALE: type.scale ?? null,
    DATETIME_PRECISION: type.scale ?? 7,
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
