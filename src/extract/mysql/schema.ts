/** The whole catalog of one database as the model of a SQL Server database. It needs no privilege but SELECT. */
import { tableName } from "../../schema/model.ts";
import type { Column, DatabaseSchema, ForeignKey, Key, Table } from "../../schema/model.ts";
import { assembleTable, defaultSchema, referentialAction, Skipped } from "../server/catalog-model.ts";
import { translateCheck, translateDefault } from "../server/translate.ts";
import { defaultText } from "./defaults.ts";
import type { Ask } from "./session.ts";
import { sqlServerCollation, sqlServerType } from "./types.ts";

const tablesQuery = `SELECT TABLE_NAME AS name FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`;

const columnsQuery = `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS name, COLUMN_TYPE AS declaredType, IS_NULLABLE = 'YES' AS nullable,
  COLUMN_DEFAULT AS \`default\`, EXTRA AS extra, GENERATION_EXPRESSION AS expression, COLLATION_NAME AS collation
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`;

const indexesQuery = `SELECT TABLE_NAME AS \`table\`, INDEX_NAME AS name, COLUMN_NAME AS \`column\`, NON_UNIQUE = 0 AS isUnique, SUB_PART AS prefix
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;

/** What a foreign key does is shown to those alone who may do more than SELECT; without it, it does nothing. */
const foreignKeysQuery = `SELECT k.TABLE_NAME AS \`table\`, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS \`column\`,
  k.REFERENCED_TABLE_SCHEMA AS parentSchema, k.REFERENCED_TABLE_NAME AS parent, k.REFERENCED_COLUMN_NAME AS parentColumn,
  k.REFERENCED_TABLE_SCHEMA = DATABASE() AS isWithin, r.DELETE_RULE AS onDelete, r.UPDATE_RULE AS onUpdate
FROM information_schema.KEY_COLUMN_USAGE k LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r
  ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
WHERE k.CONSTRAINT_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`;

/** MariaDB says which table a check is of; MySQL has its names unique in the database. */
const checksQueries = {
  mariadb: `SELECT TABLE_NAME AS \`table\`, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME`,
  mysql: `SELECT t.TABLE_NAME AS \`table\`, c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause
FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)
WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.CONSTRAINT_TYPE = 'CHECK' ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME`,
} as const;

const leftOutQuery = `SELECT
  (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'VIEW') AS view,
  (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()) AS \`trigger\``;

interface OfTable {
  readonly table: string;
}

interface FoundColumn extends OfTable {
  readonly name: string;
  readonly declaredType: string;
  readonly nullable: number;
  readonly default: string | null;
  readonly extra: string;
  readonly expression: string | null;
  readonly collation: string | null;
}

interface IndexPart extends OfTable {
  readonly name: string;
  readonly column: string | null;
  readonly isUnique: number;
  readonly prefix: number | null;
}

interface ForeignKeyPart extends OfTable {
  readonly name: string;
  readonly column: string;
  readonly parentSchema: string;
  readonly parent: string;
  readonly parentColumn: string;
  readonly isWithin: number;
  readonly onDelete: string | null;
  readonly onUpdate: string | null;
}

interface FoundCheck extends OfTable {
  readonly name: string;
  readonly clause: string;
}

interface Catalog {
  readonly isMariaDb: boolean;
  readonly columns: readonly FoundColumn[];
  readonly indexes: readonly IndexPart[];
  readonly foreignKeys: readonly ForeignKeyPart[];
  readonly checks: readonly FoundCheck[];
}

/** Tables with keys, foreign keys, identities, and those checks and defaults that SQL Server can say; the rest is counted. */
export async function readSchema(ask: Ask): Promise<DatabaseSchema> {
  const skipped = new Skipped();
  const tables = await ask<{ name: string }>(tablesQuery);
  const catalog = await readCatalog(ask);
  const [leftOut = {}] = await ask<Record<string, number>>(leftOutQuery);
  for (const [what, count] of Object.entries(leftOut)) skipped.add(what, count);
  const described = tables.map(({ name }) => describeTable(name, ofTable(catalog, name), skipped));
  return { tables: described, userTypes: [], boundObjects: [], skipped: skipped.counts() };
}

async function readCatalog(ask: Ask): Promise<Catalog> {
  const [server] = await ask<{ version: string }>("SELECT VERSION() AS version");
  const isMariaDb = server?.version.includes("MariaDB") === true;
  return {
    isMariaDb,
    columns: await ask<FoundColumn>(columnsQuery),
    indexes: await ask<IndexPart>(indexesQuery),
    foreignKeys: await ask<ForeignKeyPart>(foreignKeysQuery),
    checks: await readChecks(ask, isMariaDb),
  };
}

const unknownTable = 1109;

/** MySQL 5.7 reads checks over, and has no such view. */
async function readChecks(ask: Ask, isMariaDb: boolean): Promise<readonly FoundCheck[]> {
  try {
    return await ask<FoundCheck>(checksQueries[isMariaDb ? "mariadb" : "mysql"]);
  } catch (error) {
    if ((error as { readonly errno?: number }).errno === unknownTable) return [];
    throw error;
  }
}

function ofTable(catalog: Catalog, name: string): Catalog {
  const own = <Part extends OfTable>(parts: readonly Part[]) => parts.filter(({ table }) => table === name);
  return {
    isMariaDb: catalog.isMariaDb,
    columns: own(catalog.columns),
    indexes: own(catalog.indexes),
    foreignKeys: own(catalog.foreignKeys),
    checks: own(catalog.checks),
  };
}

function describeTable(name: string, catalog: Catalog, skipped: Skipped): Table {
  const keys = uniqueKeys(catalog, skipped);
  const [primaryKey] = keys.filter(({ name: index }) => index === "PRIMARY").map(withoutName);
  const parts = {
    schema: defaultSchema,
    name,
    columns: catalog.columns.map((column, ordinal) => describeColumn(column, ordinal, catalog.isMariaDb, skipped)),
    primaryKey,
    unique: keys.filter(({ name: index }) => index !== "PRIMARY").map(withoutName),
    foreignKeys: foreignKeys(catalog),
    checks: catalog.checks.flatMap((check) => describeCheck(check, skipped)),
  };
  return assembleTable(parts, skipped);
}

/** Indexes are named within their table, every primary key PRIMARY; in SQL Server names of keys are unique in their schema. */
function withoutName({ columns }: Key): Key {
  return { columns };
}

function describeColumn(column: FoundColumn, ordinal: number, isMariaDb: boolean, skipped: Skipped): Column {
  const { name, declaredType, collation } = column;
  return {
    name,
    ordinal,
    type: sqlServerType(declaredType),
    declaredType,
    nullable: column.nullable === 1,
    ...(collation === null ? {} : { collation: sqlServerCollation(collation) }),
    ...sourceOfValues(column, isMariaDb, skipped),
  };
}

function sourceOfValues(
  column: FoundColumn,
  isMariaDb: boolean,
  skipped: Skipped,
): Partial<Pick<Column, "identity" | "computed" | "default">> {
  const { extra, expression } = column;
  if (/auto_increment/i.test(extra)) return { identity: { seed: "1", increment: "1", notForReplication: false } };
  if (expression !== null && expression !== "")
    return { computed: { expression, persisted: /STORED|PERSISTENT/i.test(extra) } };
  const written = defaultText(column, isMariaDb);
  if (written === undefined) return {};
  const translated = translateDefault(written, "mysql");
  if (translated === undefined) skipped.add("default");
  return translated === undefined ? {} : { default: { expression: translated } };
}

/** Unique indexes over whole columns; those over the beginnings of texts, or over expressions, have no counterpart. */
function uniqueKeys({ indexes }: Catalog, skipped: Skipped): Key[] {
  const keys: Key[] = [];
  for (const parts of byName(indexes)) {
    const [first] = parts;
    const columns = parts.flatMap(({ column, prefix }) => (column === null || prefix !== null ? [] : [column]));
    if (first?.isUnique === 1 && columns.length === parts.length) keys.push({ name: first?.name ?? "", columns });
    else skipped.add("index");
  }
  return keys;
}

function foreignKeys({ foreignKeys: found }: Catalog): ForeignKey[] {
  return byName(found).map((parts) => {
    const [first] = parts as [ForeignKeyPart, ...ForeignKeyPart[]];
    const onDelete = referentialAction(first.onDelete ?? "NO ACTION");
    const onUpdate = referentialAction(first.onUpdate ?? "NO ACTION");
    return {
      name: first.name,
      columns: parts.map(({ column }) => column),
      references: tableName(first.isWithin === 1 ? defaultSchema : first.parentSchema, first.parent),
      referencedColumns: parts.map(({ parentColumn }) => parentColumn),
      ...(onDelete === undefined ? {} : { onDelete }),
      ...(onUpdate === undefined ? {} : { onUpdate }),
      notForReplication: false,
      disabled: false,
    };
  });
}

function byName<Part extends { readonly name: string }>(parts: readonly Part[]): Part[][] {
  const names = [...new Set(parts.map(({ name }) => name))];
  return names.map((name) => parts.filter((part) => part.name === name));
}

/** Names of checks are the server's own counting (`CONSTRAINT_1`) or a column's, and repeat from table to table: they are left out. */
function describeCheck({ clause }: FoundCheck, skipped: Skipped): Table["checks"] {
  const expression = translateCheck(clause, "mysql");
  if (expression === undefined) skipped.add("check");
  return expression === undefined ? [] : [{ expression, disabled: false }];
}
