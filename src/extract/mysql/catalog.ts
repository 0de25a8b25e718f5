/** What INFORMATION_SCHEMA says of the relations that the login may read. https://dev.mysql.com/doc/refman/8.4/en/information-schema.html */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import type { Relation, RelationName, ServerColumn } from "../server/kind.ts";
import { quoteRelation } from "./select.ts";
import type { Ask } from "./session.ts";

const kinds = "'BASE TABLE', 'SYSTEM VERSIONED', 'VIEW'";

const listed = `SELECT t.TABLE_SCHEMA AS \`schema\`, t.TABLE_NAME AS \`name\` FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE IN (${kinds})
  AND EXISTS (SELECT 1 FROM information_schema.COLUMNS c
              WHERE c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND FIND_IN_SET('select', c.PRIVILEGES))
ORDER BY t.TABLE_NAME`;

export async function readRelations(ask: Ask): Promise<RelationName[]> {
  return (await ask<RelationName>(listed)).map(({ schema, name }) => ({ schema, name }));
}

interface FoundTable extends RelationName {
  readonly type: string;
  readonly engine: string | null;
  readonly rows: number | string | null;
}

const found = `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS \`name\`, TABLE_TYPE AS type, ENGINE AS engine, TABLE_ROWS AS \`rows\`
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND TABLE_TYPE IN (${kinds})`;

interface FoundColumn {
  readonly name: string;
  readonly declaredType: string;
  readonly nullable: "YES" | "NO";
  readonly isReadable: number;
}

const columnsOf = `SELECT COLUMN_NAME AS \`name\`, COLUMN_TYPE AS declaredType, IS_NULLABLE AS nullable,
  FIND_IN_SET('select', PRIVILEGES) > 0 AS isReadable
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`;

/** Throws UserError where there is no such relation, or the login may read none of its columns. */
export async function describeRelation(ask: Ask, wanted: RelationName, user: string): Promise<Relation> {
  const table = await findTable(ask, wanted);
  const name = { schema: table.schema, name: table.name };
  const columns = (await ask<FoundColumn>(columnsOf, [name.schema, name.name])).map((column) =>
    asColumn(column, table, user),
  );
  if (columns.every(({ unread }) => unread !== undefined)) throw unreadable(name, user);
  const seesAll = await seesEveryColumn(ask, name);
  return {
    name,
    query: undefined,
    columns,
    key: seesAll ? await readKey(ask, name, columns) : [],
    estimatedRows: table.rows === null ? undefined : Number(table.rows),
    limits: [
      ...columns
        .filter(({ unread }) => unread !== undefined)
        .map((column) => `user ${user} may not read column ${column.name}`),
      ...(seesAll ? [] : [`user ${user} may read some of its columns only`]),
      ...(await engineLimits(ask, table)),
    ],
  };
}

/** Names compare as the catalog does, without regard to case; where that leaves several, as they are written. */
async function findTable(ask: Ask, wanted: RelationName): Promise<FoundTable> {
  const tables = await ask<FoundTable>(found, [wanted.schema, wanted.name]);
  const table = tables.length === 1 ? tables[0] : tables.find(({ name }) => name === wanted.name);
  if (table === undefined) throw absent(wanted, await readRelations(ask));
  return table;
}

/** Columns on which the login has no privilege at all stand in no catalog that it can see. */
async function seesEveryColumn(ask: Ask, name: RelationName): Promise<boolean> {
  try {
    await ask(`SELECT * FROM ${quoteRelation(name)} LIMIT 0`);
    return true;
  } catch (error) {
    const { errno } = error as { readonly errno?: number };
    if (errno === 1142 || errno === 1143) return false;
    throw error;
  }
}

function asColumn(
  { name, declaredType, nullable, isReadable }: FoundColumn,
  { type }: FoundTable,
  user: string,
): ServerColumn {
  return {
    name,
    declaredType,
    nullable: type === "VIEW" ? undefined : nullable === "YES",
    ...(declaredType.startsWith("timestamp") ? { isInstant: true } : {}),
    ...(isReadable === 1 ? {} : { unread: `user ${user} may not read it` }),
  };
}

interface IndexPart {
  readonly index: string;
  readonly column: string | null;
  readonly prefix: number | null;
}

const uniqueParts = `SELECT INDEX_NAME AS \`index\`, COLUMN_NAME AS \`column\`, SUB_PART AS prefix
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0
ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`;

/** Enums compare as text but sort by number, and floats are equal to no text: rows can be read in their order, but not resumed. */
const notComparable = /^(?:enum|set|float|json)\b/;

/** The primary key, else the narrowest unique one, of whole columns that are never NULL and compare as they sort. */
async function readKey(ask: Ask, name: RelationName, columns: readonly ServerColumn[]): Promise<readonly string[]> {
  const indexes = new Map<string, IndexPart[]>();
  for (const part of await ask<IndexPart>(uniqueParts, [name.schema, name.name]))
    indexes.set(part.index, [...(indexes.get(part.index) ?? []), part]);
  const usable = [...indexes.values()].filter((parts) => parts.every((part) => isUsable(part, columns)));
  const [first, ...others] = usable.toSorted((left, right) => left.length - right.length);
  const primary = usable.find(([part]) => part?.index === "PRIMARY");
  return (primary ?? first ?? others[0] ?? []).flatMap(({ column }) => column ?? []);
}

function isUsable({ column: name, prefix }: IndexPart, columns: readonly ServerColumn[]): boolean {
  const column = columns.find((each) => each.name === name);
  if (column === undefined || prefix !== null) return false;
  return column.nullable === false && column.unread === undefined && !notComparable.test(column.declaredType);
}

const outsideSnapshots = `SELECT t.TABLE_NAME AS \`name\`, t.ENGINE AS engine FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = ? AND t.TABLE_TYPE IN (${kinds}) AND t.ENGINE IS NOT NULL
  AND t.ENGINE NOT IN (SELECT e.ENGINE FROM information_schema.ENGINES e WHERE e.TRANSACTIONS = 'YES') ORDER BY t.TABLE_NAME`;

async function engineLimits(ask: Ask, { schema, name, type }: FoundTable): Promise<string[]> {
  const outside = await ask<{ name: string; engine: string }>(outsideSnapshots, [schema]);
  if (type === "VIEW")
    return outside.map(
      (table) => `it is a view, and may read table ${table.name}, whose engine (${table.engine}) has no snapshots`,
    );
  return outside
    .filter((table) => table.name === name)
    .map(({ engine }) => `its engine (${engine}) has no snapshots: it may change while it is read`);
}

/** For a query, which may read any of them. */
export async function queryLimits(ask: Ask): Promise<string[]> {
  const outside = await ask<{ name: string; engine: string }>(outsideSnapshots.replace("?", "DATABASE()"));
  return outside.map(
    ({ name, engine }) => `the query may read table ${name}, whose engine (${engine}) has no snapshots`,
  );
}

function absent({ schema, name }: RelationName, others: readonly RelationName[]): UserError {
  const near = nearest(
    name,
    others.map((other) => other.name),
  );
  return new UserError({
    what: `the server has no table or view ${schema}.${name} that the user may see`,
    where: { table: `${schema}.${name}` },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`from\`, or grant the user SELECT on it`,
  });
}

function unreadable({ schema, name }: RelationName, user: string): UserError {
  return new UserError({
    what: `user ${user} may read no column of ${schema}.${name}`,
    where: { table: `${schema}.${name}` },
    remedy: "Grant the user SELECT on it, or leave the table out",
  });
}
