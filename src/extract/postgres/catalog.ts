/** What the catalog says of the relations that the login may read. https://www.postgresql.org/docs/current/catalogs.html */
import type { PoolClient } from "pg";
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import type { Relation, RelationName, ServerColumn } from "../server/kind.ts";
import { readLimits } from "./limits.ts";
import { showRelation } from "./names.ts";

/** Tables, partitioned tables, views, materialized views, foreign tables; partitions are read through what they are parts of. */
const listed = `SELECT n.nspname AS schema, c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
ORDER BY 1, 2`;

export async function readRelations(client: PoolClient): Promise<RelationName[]> {
  return (await client.query<RelationName>(listed)).rows;
}

/** The type behind domains of domains, and its modifier: of \`a\`, a row of pg_attribute. */
export const baseType = `CROSS JOIN LATERAL (
  WITH RECURSIVE step AS (
    SELECT t.*, a.atttypmod AS modifier FROM pg_type t WHERE t.oid = a.atttypid
    UNION ALL
    SELECT t.*, step.typtypmod FROM step JOIN pg_type t ON t.oid = step.typbasetype WHERE step.typtype = 'd'
  )
  SELECT oid, typname, typtype, modifier FROM step WHERE typtype <> 'd'
) AS base`;

export interface Found {
  readonly oid: number;
  readonly kind: "r" | "p" | "v" | "m" | "f";
  readonly estimatedRows: number | null;
  /** Its rows are also those of tables that inherit from it, whose keys are their own. */
  readonly isParent: boolean;
}

const found = `SELECT c.oid, c.relkind AS kind,
  CASE c.relkind
    WHEN 'v' THEN NULL
    WHEN 'p' THEN (SELECT sum(greatest(part.reltuples, 0)) FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid
                   WHERE i.inhparent = c.oid)
    ELSE nullif(greatest(c.reltuples, 0), 0)
  END::float8 AS "estimatedRows",
  c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS "isParent"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

interface FoundColumn {
  readonly name: string;
  readonly declaredType: string;
  readonly isNotNull: boolean;
  readonly baseType: string;
  readonly isReadable: boolean;
}

const columnsOf = `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS "declaredType", a.attnotnull AS "isNotNull",
  base.typname AS "baseType", has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS "isReadable"
FROM pg_attribute a ${baseType}
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`;

/**
 * Keys in whose order rows can be read: unique at every moment, for every row, under the columns' own collations and orders, never NULL, and
 * readable for this login. The primary key first, then the narrowest.
 */
const keysOf = `SELECT keys.columns
FROM pg_index i CROSS JOIN LATERAL (
  SELECT array_agg(a.attname::text ORDER BY part.position) AS columns, count(*) AS width,
    bool_and(a.attnotnull AND i.indcollation[part.position - 1] = a.attcollation AND o.opcdefault
      AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')) AS is_usable
  FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS part (attnum, position)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.attnum
  JOIN pg_opclass o ON o.oid = i.indclass[part.position - 1]
  WHERE part.position <= coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts)
) AS keys
WHERE i.indrelid = $1 AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
  AND keys.is_usable
ORDER BY i.indisprimary DESC, keys.width, i.indexrelid LIMIT 1`;

/** Throws UserError where there is no such relation, or the login may read none of its columns. */
export async function describeRelation(client: PoolClient, name: RelationName, user: string): Promise<Relation> {
  const relation = (await client.query<Found>(found, [name.schema, name.name])).rows[0];
  if (relation === undefined) throw absent(name, await readRelations(client));
  const { rows } = await client.query<FoundColumn>(columnsOf, [relation.oid]);
  const columns = rows.map((column) => asColumn(column, relation, user));
  if (columns.every(({ unread }) => unread !== undefined)) throw unreadable(name, user);
  return {
    name,
    query: undefined,
    columns,
    key: relation.isParent ? [] : await readKey(client, relation),
    estimatedRows: relation.estimatedRows ?? undefined,
    limits: await readLimits(client, relation, columns, user),
  };
}

async function readKey(client: PoolClient, { oid }: Found): Promise<readonly string[]> {
  const { rows } = await client.query<{ columns: string[] }>(keysOf, [oid]);
  return rows[0]?.columns ?? [];
}

function asColumn(column: FoundColumn, { kind }: Found, user: string): ServerColumn {
  const { name, declaredType } = column;
  return {
    name,
    declaredType,
    nullable: kind === "v" || kind === "m" ? undefined : !column.isNotNull,
    ...(column.baseType === "timestamptz" ? { isInstant: true } : {}),
    ...(column.isReadable ? {} : { unread: `user ${user} may not read it` }),
  };
}

function absent(name: RelationName, others: readonly RelationName[]): UserError {
  const near = nearest(showRelation(name), others.map(showRelation));
  return new UserError({
    what: `the server has no table or view ${showRelation(name)}`,
    where: { table: showRelation(name) },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`from\`; names are compared with regard to case`,
  });
}

function unreadable(name: RelationName, user: string): UserError {
  return new UserError({
    what: `user ${user} may read no column of ${showRelation(name)}`,
    where: { table: showRelation(name) },
    remedy: "Grant the user SELECT on it, or leave the table out",
  });
}
