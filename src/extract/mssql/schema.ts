/** The catalog as the model that DDL gives: tables, columns, keys, foreign keys, checks, defaults, and what hangs on a table besides. */
import { parseSqlType } from "./parse-type.ts";
import { tableName } from "../../schema/model.ts";
import type { Check, Column, DatabaseSchema, ForeignKey, Key, Table, UserType } from "../../schema/model.ts";
import { declaredType } from "./catalog.ts";
import { readAttachments } from "./attachments.ts";
import type { Attachments } from "./attachments.ts";
import type { Ask, CatalogRow as Row } from "./catalog.ts";
import type { RelationName } from "../server/kind.ts";
import { quoteRelation, quoteText } from "./names.ts";
import { readUserTypes } from "./user-types.ts";
import type { Binding, UserTypes } from "./user-types.ts";

/** Everything of the catalog that the model is made of: one SELECT each. */
interface Catalog {
  readonly tables: readonly Row[];
  readonly columns: readonly Row[];
  readonly constraints: readonly Row[];
  readonly keyColumns: readonly Row[];
  readonly references: readonly Row[];
  /** A line a column of a foreign key: the table and the column that it references. */
  readonly referenced: readonly Row[];
  /** A line a column: what only the versions' own views tell. */
  readonly details: readonly Row[];
  readonly attachments: Attachments;
  readonly userTypes: UserTypes;
  readonly checks: readonly Row[];
}

const from = (view: string): string => `FROM INFORMATION_SCHEMA.${view}`;

/** A foreign key may reference a unique index, which is no constraint. */
const referenced = `SELECT SCHEMA_NAME(f.schema_id) AS [schema], f.name AS [name], SCHEMA_NAME(r.schema_id) AS [toSchema], r.name AS [toTable],
  COL_NAME(k.referenced_object_id, k.referenced_column_id) AS [column]
FROM sys.foreign_keys AS f JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id
JOIN sys.objects AS r ON r.object_id = f.referenced_object_id ORDER BY f.name, k.constraint_column_id`;
const referenced2000 = `SELECT USER_NAME(f.uid) AS [schema], f.name AS [name], USER_NAME(r.uid) AS [toSchema], r.name AS [toTable],
  COL_NAME(k.rkeyid, k.rkey) AS [column]
FROM sysforeignkeys AS k JOIN sysobjects AS f ON f.id = k.constid JOIN sysobjects AS r ON r.id = k.rkeyid ORDER BY f.name, k.keyno`;

const details = `SELECT SCHEMA_NAME(o.schema_id) AS [schema], o.name AS [table], c.name AS [column], d.name AS [default],
  CONVERT(int, p.is_persisted) AS [isPersisted], CONVERT(int, i.is_not_for_replication) AS [isNotForReplication]
FROM sys.columns AS c JOIN sys.objects AS o ON o.type = 'U' AND o.object_id = c.object_id
LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id
LEFT JOIN sys.computed_columns AS p ON p.object_id = c.object_id AND p.column_id = c.column_id
LEFT JOIN sys.identity_columns AS i ON i.object_id = c.object_id AND i.column_id = c.column_id
WHERE d.name IS NOT NULL OR p.is_persisted = 1 OR i.is_not_for_replication = 1`;
const details2000 = `SELECT USER_NAME(o.uid) AS [schema], o.name AS [table], c.name AS [column],
  CASE WHEN OBJECTPROPERTY(c.cdefault, 'IsDefaultCnst') = 1 THEN OBJECT_NAME(c.cdefault) END AS [default],
  0 AS [isPersisted], COLUMNPROPERTY(o.id, c.name, 'IsIdNotForRepl') AS [isNotForReplication]
FROM syscolumns AS c JOIN sysobjects AS o ON o.xtype = 'U' AND o.id = c.id`;

export async function readSchema(ask: Ask, version: number): Promise<DatabaseSchema> {
  const catalog: Catalog = {
    tables: await ask(
      `SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table] ${from("TABLES")} WHERE TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_SCHEMA, TABLE_NAME`,
    ),
    columns:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], COLUMN_NAME AS [name], DATA_TYPE AS [type],
  CHARACTER_MAXIMUM_LENGTH AS [length], NUMERIC_PRECISION AS [precision], NUMERIC_SCALE AS [scale], DATETIME_PRECISION AS [fraction],
  IS_NULLABLE AS [nullable], COLLATION_NAME AS [collation], COLUMN_DEFAULT AS [default],
  DOMAIN_SCHEMA AS [typeSchema], DOMAIN_NAME AS [typeName]
${from("COLUMNS")} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`),
    constraints:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], CONSTRAINT_NAME AS [name], CONSTRAINT_TYPE AS [kind]
${from("TABLE_CONSTRAINTS")} ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME`),
    keyColumns:
      await ask(`SELECT TABLE_SCHEMA AS [schema], TABLE_NAME AS [table], CONSTRAINT_NAME AS [name], COLUMN_NAME AS [column]
${from("KEY_COLUMN_USAGE")} ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION`),
    references: await ask(`SELECT CONSTRAINT_SCHEMA AS [schema], CONSTRAINT_NAME AS [name],
  UPDATE_RULE AS [onUpdate], DELETE_RULE AS [onDelete] ${from("REFERENTIAL_CONSTRAINTS")}`),
    checks: await ask(
      `SELECT CONSTRAINT_SCHEMA AS [schema], CONSTRAINT_NAME AS [name], CHECK_CLAUSE AS [clause] ${from("CHECK_CONSTRAINTS")}`,
    ),
    referenced: await ask(version < 9 ? referenced2000 : referenced),
    details: await ask(version < 9 ? details2000 : details),
    attachments: await readAttachments(ask, version),
    userTypes: await readUserTypes(ask, version),
  };
  const tables: Table[] = [];
  for (const row of catalog.tables) tables.push(await tableOf(ask, catalog, row, version));
  const { userTypes, boundObjects, warnings } = catalog.userTypes;
  return { tables, userTypes, boundObjects, skipped: {}, notes: [...catalog.attachments.warnings, ...warnings] };
}

async function tableOf(ask: Ask, catalog: Catalog, row: Row, version: number): Promise<Table> {
  const [schema, name] = [String(row["schema"]), String(row["table"])];
  const isOwn = (other: Row): boolean => other["schema"] === schema && other["table"] === name;
  const columns = catalog.columns.filter(isOwn);
  const constraints = catalog.constraints.filter(isOwn);
  const states = await statesOf(ask, { schema, name }, constraints);
  const own = catalog.details.filter(isOwn);
  const bindings = catalog.userTypes.bindings.filter(({ table }) => table === `${schema}.${name}`);
  const more = {
    ...(await propertiesOf(ask, { schema, name }, columns, version)),
    states,
    details: own,
    bindings,
    types: catalog.userTypes.userTypes,
  };
  const indexes = catalog.attachments.uniqueIndexes.get(`${schema}.${name}`) ?? [];
  const named = (kind: string): Row[] => constraints.filter((constraint) => constraint["kind"] === kind);
  const [primaryKey] = named("PRIMARY KEY").map((constraint) => keyOf(catalog, constraint, more));
  return {
    schema,
    name,
    id: tableName(schema, name),
    columns: columns.map((column, ordinal) => columnOf(column, ordinal, more)),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    unique: [
      ...named("UNIQUE").map((constraint) => keyOf(catalog, constraint, more)),
      ...indexes.map((index): Key => ({ ...index, isIndex: true })),
    ],
    foreignKeys: named("FOREIGN KEY").flatMap((constraint) => foreignKeyOf(catalog, constraint, more)),
    checks: named("CHECK").flatMap((constraint) => checkOf(catalog, constraint, more)),
    attachments: [
      ...(catalog.attachments.byTable.get(`${schema}.${name}`) ?? []),
      ...bindings.flatMap(({ kind, sql }) => (sql === undefined ? [] : [{ kind, sql, line: 0 }])),
    ],
  };
}

/** What only functions tell: identities, computed columns, constraints that are switched off. */
interface Properties {
  readonly identity: { readonly column: string; readonly seed: string; readonly increment: string } | undefined;
  /** The name of the column that is ROWGUIDCOL. */
  readonly rowGuid: Row[string] | undefined;
  readonly computed: ReadonlyMap<string, string>;
  readonly states: States;
  readonly details: readonly Row[];
  readonly bindings: readonly Binding[];
  readonly types: readonly UserType[];
}

/** Names of foreign keys and checks, and of keys. */
interface States {
  readonly clustered: ReadonlySet<string>;
  readonly disabled: ReadonlySet<string>;
  readonly notForReplication: ReadonlySet<string>;
}

async function propertiesOf(
  ask: Ask,
  table: { readonly schema: string; readonly name: string },
  columns: readonly Row[],
  version: number,
): Promise<Pick<Properties, "identity" | "rowGuid" | "computed">> {
  const object = quoteText(quoteRelation(table));
  const properties = columns.flatMap((column, index) => {
    const property = (name: string): string =>
      `COLUMNPROPERTY(OBJECT_ID(${object}), ${quoteText(String(column["name"]))}, '${name}')`;
    return [
      `${property("IsIdentity")} AS [i${index}]`,
      `${property("IsComputed")} AS [c${index}]`,
      `${property("IsRowGuidCol")} AS [g${index}]`,
    ];
  });
  const seeds = `CONVERT(varchar(41), IDENT_SEED(${object})) AS [seed],\n  CONVERT(varchar(41), IDENT_INCR(${object})) AS [increment]`;
  const [row = {}] = await ask(`SELECT ${[seeds, ...properties].join(",\n  ")}`);
  const identity = columns.find((_, index) => row[`i${index}`] === 1);
  const isComputed = columns.filter((_, index) => row[`c${index}`] === 1).map(({ name }) => String(name));
  return {
    rowGuid: columns.find((_, index) => row[`g${index}`] === 1)?.["name"],
    identity: identity && {
      column: String(identity["name"]),
      seed: String(row["seed"]),
      increment: String(row["increment"]),
    },
    computed: isComputed.length === 0 ? new Map() : await formulasOf(ask, object, isComputed, version),
  };
}

async function statesOf(ask: Ask, table: RelationName, constraints: readonly Row[]): Promise<States> {
  if (constraints.length === 0) return { clustered: new Set(), disabled: new Set(), notForReplication: new Set() };
  const names = constraints.map(({ name }) => String(name));
  const asked = names.flatMap((name, index) => {
    const id = `OBJECT_ID(${quoteText(quoteRelation({ schema: table.schema, name }))})`;
    return [
      `OBJECTPROPERTY(${id}, 'CnstIsDisabled') AS [d${index}]`,
      `OBJECTPROPERTY(${id}, 'CnstIsNotRepl') AS [n${index}]`,
      `INDEXPROPERTY(OBJECT_ID(${quoteText(quoteRelation(table))}), ${quoteText(name)}, 'IsClustered') AS [c${index}]`,
    ];
  });
  const [row = {}] = await ask(`SELECT ${asked.join(",\n  ")}`);
  const those = (letter: string): Set<string> => new Set(names.filter((_, index) => row[`${letter}${index}`] === 1));
  return { clustered: those("c"), disabled: those("d"), notForReplication: those("n") };
}

async function formulasOf(
  ask: Ask,
  object: string,
  names: readonly string[],
  version: number,
): Promise<Map<string, string>> {
  const rows = await ask(
    version < 9
      ? `SELECT c.name AS [name], m.text AS [definition] FROM syscolumns AS c JOIN syscomments AS m ON m.id = c.id AND m.number = c.colid
WHERE c.id = OBJECT_ID(${object}) ORDER BY c.colid, m.colid`
      : `SELECT name AS [name], definition AS [definition] FROM sys.computed_columns WHERE object_id = OBJECT_ID(${object})`,
  );
  const formulas = new Map(names.map((name) => [name, ""]));
  // 2000 keeps a long text in several rows.
  for (const { name, definition } of rows)
    formulas.set(String(name), `${formulas.get(String(name)) ?? ""}${String(definition)}`);
  return formulas;
}

function columnOf(
  row: Row,
  ordinal: number,
  { identity, rowGuid, computed, details: known, bindings, types }: Properties,
): Column {
  const name = String(row["name"]);
  // The text of a bound object is no expression.
  const isBound = bindings.some(({ column, kind }) => column === name && kind === "default-binding");
  const detail = known.find(({ column }) => column === name);
  const notForReplication = Number(detail?.["isNotForReplication"]) === 1;
  const defaultName = typeof detail?.["default"] === "string" ? { name: detail["default"] } : {};
  const formula = computed.get(name);
  const declared = declaredType(row);
  return {
    name,
    ordinal,
    type: parseSqlType(declared),
    declaredType: formula === undefined ? declared : `AS ${formula}`,
    ...userTypeOf(row, types),
    nullable: row["nullable"] !== "NO",
    ...(row["collation"] === null ? {} : { collation: String(row["collation"]) }),
    ...(identity?.column === name
      ? { identity: { seed: identity.seed, increment: identity.increment, notForReplication } }
      : {}),
    ...(rowGuid === name ? { rowGuid: true as const } : {}),
    ...(formula === undefined
      ? {}
      : { computed: { expression: formula, persisted: Number(detail?.["isPersisted"]) === 1 } }),
    ...(row["default"] === null || isBound ? {} : { default: { ...defaultName, expression: String(row["default"]) } }),
  };
}

/** A type of an assembly is no alias. */
function userTypeOf(row: Row, types: readonly UserType[]): Pick<Column, "userType"> {
  const type = types.find(({ schema, name }) => schema === row["typeSchema"] && name === row["typeName"]);
  return type === undefined ? {} : { userType: tableName(type.schema, type.name) };
}

function columnsOf({ keyColumns }: Catalog, schema: unknown, name: unknown): string[] {
  return keyColumns
    .filter((column) => column["schema"] === schema && column["name"] === name)
    .map(({ column }) => String(column));
}

function keyOf(catalog: Catalog, { schema, name }: Row, { states }: Pick<Properties, "states">): Key {
  const clustered = states.clustered.has(String(name));
  return { name: String(name), columns: columnsOf(catalog, schema, name), clustered };
}

function foreignKeyOf(catalog: Catalog, { schema, name }: Row, { states }: Properties): ForeignKey[] {
  const isThis = (each: Row): boolean => each["schema"] === schema && each["name"] === name;
  const reference = catalog.references.find(isThis);
  const columns = catalog.referenced.filter(isThis);
  const [target] = columns;
  if (reference === undefined || target === undefined) return [];
  return [
    {
      name: String(name),
      columns: columnsOf(catalog, schema, name),
      references: tableName(String(target["toSchema"]), String(target["toTable"])),
      referencedColumns: columns.map(({ column }) => String(column)),
      ...actionOf("onDelete", reference["onDelete"]),
      ...actionOf("onUpdate", reference["onUpdate"]),
      notForReplication: states.notForReplication.has(String(name)),
      disabled: states.disabled.has(String(name)),
    },
  ];
}

function actionOf(
  name: "onDelete" | "onUpdate",
  rule: Row[string] | undefined,
): Partial<Record<"onDelete" | "onUpdate", string>> {
  return rule === "NO ACTION" || rule === null || rule === undefined ? {} : { [name]: String(rule) };
}

function checkOf(catalog: Catalog, { schema, name }: Row, { states }: Properties): Check[] {
  const check = catalog.checks.find((each) => each["schema"] === schema && each["name"] === name);
  if (check === undefined) return [];
  return [{ name: String(name), expression: String(check["clause"]), disabled: states.disabled.has(String(name)) }];
}
