/** The catalog as the model that DDL gives: tables, columns, keys, foreign keys, checks, defaults. What else hangs on a table is counted as skipped. */
import { parseSqlType } from "./parse-type.ts";
import { tableName } from "../../schema/model.ts";
import type { Check, Column, DatabaseSchema, ForeignKey, Key, Table } from "../../schema/model.ts";
import { declaredType } from "./catalog.ts";
import type { Ask, CatalogRow as Row } from "./catalog.ts";
import { quoteRelation, quoteText } from "./names.ts";

/** Everything of the catalog that the model is made of: one SELECT each. */
interface Catalog {
  readonly tables: readonly Row[];
  readonly columns: readonly Row[];
  readonly constraints: readonly Row[];
  readonly keyColumns: readonly Row[];
  readonly references: readonly Row[];
  readonly checks: readonly Row[];
}

const from = (view: string): string => `FROM INFORMATION_SCHEMA.${view}`;

export async function readSchema(ask: Ask, version: number): Promise<DatabaseSchema> {
  const catalog: Catalog = {
    tables: await ask(
      `SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table] ${from("TABLES")} WHERE TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_SCHEMA, TABLE_NAME`,
    ),
    columns:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], COLUMN_NAME AS [name], DATA_TYPE AS [type],
  CHARACTER_MAXIMUM_LENGTH AS [length], NUMERIC_PRECISION AS [precision], NUMERIC_SCALE AS [scale], DATETIME_PRECISION AS [fraction],
  IS_NULLABLE AS [nullable], COLLATION_NAME AS [collation], COLUMN_DEFAULT AS [default]
${from("COLUMNS")} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`),
    constraints:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], CONSTRAINT_NAME AS [name], CONSTRAINT_TYPE AS [kind]
${from("TABLE_CONSTRAINTS")} ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME`),
    keyColumns:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], CONSTRAINT_NAME AS [name], COLUMN_NAME AS [column]
${from("KEY_COLUMN_USAGE")} ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION`),
    references:
      await ask(`SELECT CONSTRAINT_SCHEMA AS [schema], CONSTRAINT_NAME AS [name], UNIQUE_CONSTRAINT_NAME AS [references],
  UPDATE_RULE AS [onUpdate], DELETE_RULE AS [onDelete] ${from("REFERENTIAL_CONSTRAINTS")}`),
    checks: await ask(
      `SELECT CONSTRAINT_SCHEMA AS [schema], CONSTRAINT_NAME AS [name], CHECK_CLAUSE AS [clause] ${from("CHECK_CONSTRAINTS")}`,
    ),
  };
  const tables: Table[] = [];
  for (const row of catalog.tables) tables.push(await tableOf(ask, catalog, row, version));
  return { tables, userTypes: [], boundObjects: [], skipped: {} };
}

async function tableOf(ask: Ask, catalog: Catalog, row: Row, version: number): Promise<Table> {
  const [schema, name] = [String(row["schema"]), String(row["table"])];
  const isOwn = (other: Row): boolean => other["schema"] === schema && other["table"] === name;
  const columns = catalog.columns.filter(isOwn);
  const constraints = catalog.constraints.filter(isOwn);
  const disabled = await disabledOf(ask, schema, constraints);
  const more = { ...(await propertiesOf(ask, { schema, name }, columns, version)), disabled };
  const named = (kind: string): Row[] => constraints.filter((constraint) => constraint["kind"] === kind);
  const [primaryKey] = named("PRIMARY KEY").map((constraint) => keyOf(catalog, constraint));
  return {
    schema,
    name,
    id: tableName(schema, name),
    columns: columns.map((column, ordinal) => columnOf(column, ordinal, more)),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    unique: named("UNIQUE").map((constraint) => keyOf(catalog, constraint)),
    foreignKeys: named("FOREIGN KEY").flatMap((constraint) => foreignKeyOf(catalog, constraint, more)),
    checks: named("CHECK").flatMap((constraint) => checkOf(catalog, constraint, more)),
    attachments: [],
  };
}

/** What only functions tell: identities, computed columns, constraints that are switched off. */
interface Properties {
  readonly identity: { readonly column: string; readonly seed: string; readonly increment: string } | undefined;
  readonly computed: ReadonlyMap<string, string>;
  readonly disabled: ReadonlySet<string>;
}

async function propertiesOf(
  ask: Ask,
  table: { readonly schema: string; readonly name: string },
  columns: readonly Row[],
  version: number,
): Promise<Omit<Properties, "disabled">> {
  const object = quoteText(quoteRelation(table));
  const properties = columns.flatMap((column, index) => {
    const property = (name: string): string =>
      `COLUMNPROPERTY(OBJECT_ID(${object}), ${quoteText(String(column["name"]))}, '${name}')`;
    return [`${property("IsIdentity")} AS [i${index}]`, `${property("IsComputed")} AS [c${index}]`];
  });
  const seeds = `CONVERT(varchar(41), IDENT_SEED(${object})) AS [seed],\n  CONVERT(varchar(41), IDENT_INCR(${object})) AS [increment]`;
  const [row = {}] = await ask(`SELECT ${[seeds, ...properties].join(",\n  ")}`);
  const identity = columns.find((_, index) => row[`i${index}`] === 1);
  const isComputed = columns.filter((_, index) => row[`c${index}`] === 1).map(({ name }) => String(name));
  return {
    identity: identity && {
      column: String(identity["name"]),
      seed: String(row["seed"]),
      increment: String(row["increment"]),
    },
    computed: isComputed.length === 0 ? new Map() : await formulasOf(ask, object, isComputed, version),
  };
}

/** Names of the foreign keys and checks that are switched off. */
async function disabledOf(ask: Ask, schema: string, constraints: readonly Row[]): Promise<Set<string>> {
  const switchable = constraints
    .filter(({ kind }) => kind === "FOREIGN KEY" || kind === "CHECK")
    .map(({ name }) => String(name));
  if (switchable.length === 0) return new Set();
  const asked = switchable.map(
    (name, index) =>
      `OBJECTPROPERTY(OBJECT_ID(${quoteText(quoteRelation({ schema, name }))}), 'CnstIsDisabled') AS [d${index}]`,
  );
  const [row = {}] = await ask(`SELECT ${asked.join(",\n  ")}`);
  return new Set(switchable.filter((_, index) => row[`d${index}`] === 1));
}

async function formulasOf(
  ask: Ask,
  object: string,
  names: readonly string[],
  version: number,
): Promise<Map<string, string>> {
  if (version < 9) return new Map(names.map((name) => [name, "NULL"]));
  const rows = await ask(
    `SELECT name AS [name], definition AS [definition] FROM sys.computed_columns WHERE object_id = OBJECT_ID(${object})`,
  );
  return new Map(rows.map(({ name, definition }) => [String(name), String(definition)]));
}

function columnOf(row: Row, ordinal: number, { identity, computed }: Properties): Column {
  const name = String(row["name"]);
  const formula = computed.get(name);
  const declared = declaredType(row);
  return {
    name,
    ordinal,
    type: parseSqlType(declared),
    declaredType: formula === undefined ? declared : `AS ${formula}`,
    nullable: row["nullable"] !== "NO",
    ...(row["collation"] === null ? {} : { collation: String(row["collation"]) }),
    ...(identity?.column === name
      ? { identity: { seed: identity.seed, increment: identity.increment, notForReplication: false } }
      : {}),
    ...(formula === undefined ? {} : { computed: { expression: formula, persisted: false } }),
    ...(row["default"] === null ? {} : { default: { expression: String(row["default"]) } }),
  };
}

function columnsOf({ keyColumns }: Catalog, schema: unknown, name: unknown): string[] {
  return keyColumns
    .filter((column) => column["schema"] === schema && column["name"] === name)
    .map(({ column }) => String(column));
}

function keyOf(catalog: Catalog, { schema, name }: Row): Key {
  return { name: String(name), columns: columnsOf(catalog, schema, name) };
}

function foreignKeyOf(catalog: Catalog, { schema, name }: Row, { disabled }: Properties): ForeignKey[] {
  const reference = catalog.references.find((each) => each["schema"] === schema && each["name"] === name);
  const target = catalog.constraints.find((each) => each["name"] === reference?.["references"]);
  if (reference === undefined || target === undefined) return [];
  return [
    {
      name: String(name),
      columns: columnsOf(catalog, schema, name),
      references: tableName(String(target["schema"]), String(target["table"])),
      referencedColumns: columnsOf(catalog, target["schema"], target["name"]),
      ...actionOf("onDelete", reference["onDelete"]),
      ...actionOf("onUpdate", reference["onUpdate"]),
      notForReplication: false,
      disabled: disabled.has(String(name)),
    },
  ];
}

function actionOf(
  name: "onDelete" | "onUpdate",
  rule: Row[string] | undefined,
): Partial<Record<"onDelete" | "onUpdate", string>> {
  return rule === "NO ACTION" || rule === null || rule === undefined ? {} : { [name]: String(rule) };
}

function checkOf(catalog: Catalog, { schema, name }: Row, { disabled }: Properties): Check[] {
  const check = catalog.checks.find((each) => each["schema"] === schema && each["name"] === name);
  if (check === undefined) return [];
  return [{ name: String(name), expression: String(check["clause"]), disabled: disabled.has(String(name)) }];
}
