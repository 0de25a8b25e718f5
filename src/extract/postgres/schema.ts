/** The whole catalog as the model of a SQL Server database. Read with the names of pg_catalog, which every login can see. */
import type { PoolClient } from "pg";
import { tableName } from "../../schema/model.ts";
import type { Column, DatabaseSchema, ForeignKey, Key, Table } from "../../schema/model.ts";
import { assembleTable, defaultSchema, referentialAction, Skipped } from "../server/catalog-model.ts";
import { translateCheck, translateDefault } from "../server/translate.ts";
import { baseType } from "./catalog.ts";
import { sqlServerType } from "./types.ts";

/** Tables and partitioned tables of the user's own schemas; \`c\` and \`n\`. */
const ownTables = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'`;

const tablesQuery = `SELECT c.oid, n.nspname AS schema, c.relname AS name FROM ${ownTables} ORDER BY 2, 3`;

/** A serial column's sequence belongs to it as an identity's does. */
const columnsQuery = `SELECT a.attrelid AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS "declaredType",
  NOT a.attnotnull AS nullable, base.typname AS type, base.modifier,
  (SELECT max(length(e.enumlabel)) FROM pg_enum e WHERE e.enumtypid = base.oid) AS "labelLength",
  pg_get_expr(d.adbin, d.adrelid) AS expression, to_jsonb(a) ->> 'attgenerated' IN ('s', 'v') AS "isGenerated",
  s.seqstart::text AS seed, s.seqincrement::text AS increment,
  a.attcollation <> 0 AND coalesce((to_jsonb(co) ->> 'collisdeterministic')::bool, true) AS "isExactText"
FROM pg_attribute a ${baseType}
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN LATERAL (
  SELECT q.seqstart, q.seqincrement FROM pg_depend p JOIN pg_sequence q ON q.seqrelid = p.objid
  WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
    AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
  LIMIT 1
) s ON true
WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum`;

const namesOf = (relation: string, numbers: string) => `(SELECT array_agg(a.attname::text ORDER BY part.position)
  FROM unnest(${numbers}) WITH ORDINALITY AS part (attnum, position)
  JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = part.attnum)`;

const constraintsQuery = `SELECT k.conrelid AS table, k.contype AS kind, k.conname AS name,
  ${namesOf("k.conrelid", "k.conkey")} AS columns,
  CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS expression,
  fn.nspname AS "parentSchema", f.relname AS "parentName", ${namesOf("k.confrelid", "k.confkey")} AS "parentColumns",
  k.confdeltype AS "onDelete", k.confupdtype AS "onUpdate"
FROM pg_constraint k LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.conrelid = ANY ($1) ORDER BY k.conrelid, k.conname`;

/** Of indexes those that no constraint stands for. */
const leftOutQuery = `SELECT
  (SELECT count(*) FROM pg_index i WHERE i.indrelid = ANY ($1) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid))::int AS index,
  (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = ANY ($1) AND NOT t.tgisinternal)::int AS trigger,
  (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')::int AS view,
  (SELECT count(*) FROM pg_class c WHERE c.relkind = 'f')::int AS "foreign table"`;

interface FoundTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
}

interface FoundColumn {
  readonly table: number;
  readonly name: string;
  readonly declaredType: string;
  readonly nullable: boolean;
  readonly type: string;
  readonly modifier: number;
  readonly labelLength: number | null;
  readonly expression: string | null;
  readonly isGenerated: boolean | null;
  readonly seed: string | null;
  readonly increment: string | null;
  readonly isExactText: boolean;
}

interface FoundConstraint {
  readonly table: number;
  readonly kind: string;
  readonly name: string | undefined;
  readonly columns: readonly string[] | null;
  readonly expression: string | null;
  readonly parentSchema: string | null;
  readonly parentName: string | null;
  readonly parentColumns: readonly string[] | null;
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** Tables with keys, foreign keys, identities, and those checks and defaults that SQL Server can say; the rest is counted. */
export async function readSchema(client: PoolClient): Promise<DatabaseSchema> {
  const skipped = new Skipped();
  const tables = (await client.query<FoundTable>(tablesQuery)).rows;
  const oids = [tables.map(({ oid }) => oid)];
  const columns = (await client.query<FoundColumn>(columnsQuery, oids)).rows;
  const constraints = withoutRepeatedNames((await client.query<FoundConstraint>(constraintsQuery, oids)).rows);
  const leftOut = (await client.query<Record<string, number>>(leftOutQuery, oids)).rows[0] ?? {};
  for (const [what, count] of Object.entries(leftOut)) skipped.add(what, count);
  const described = tables.map((table) =>
    describeTable(
      table,
      columns.filter((column) => column.table === table.oid),
      constraints.filter((constraint) => constraint.table === table.oid),
      skipped,
    ),
  );
  return { tables: described, userTypes: [], boundObjects: [], skipped: skipped.counts() };
}

/** Checks and foreign keys are named within their table; in SQL Server names are unique in their schema. */
function withoutRepeatedNames(constraints: readonly FoundConstraint[]): FoundConstraint[] {
  const names = constraints.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return constraints.map((constraint) =>
    repeated.has(constraint.name) ? { ...constraint, name: undefined } : constraint,
  );
}

/** The default schema of PostgreSQL is SQL Server's; `public` is a role there. */
function targetSchema(schema: string): string {
  return schema === "public" ? defaultSchema : schema;
}

function describeTable(
  { schema, name }: FoundTable,
  columns: readonly FoundColumn[],
  constraints: readonly FoundConstraint[],
  skipped: Skipped,
): Table {
  const ofKind = (kind: string) => constraints.filter((constraint) => constraint.kind === kind);
  skipped.add("exclusion constraint", ofKind("x").length);
  const parts = {
    schema: targetSchema(schema),
    name,
    columns: describeColumns(columns, skipped),
    primaryKey: ofKind("p").map(keyOf)[0],
    unique: ofKind("u").map(keyOf),
    foreignKeys: ofKind("f").map(foreignKeyOf),
    checks: ofKind("c").flatMap((check) => checkOf(check, skipped)),
  };
  return assembleTable(parts, skipped);
}

/** A table of SQL Server has one identity; the first column with a sequence of its own is it. */
function describeColumns(columns: readonly FoundColumn[], skipped: Skipped): Column[] {
  const identity = columns.find(({ seed }) => seed !== null);
  return columns.map((column, ordinal) => ({
    name: column.name,
    ordinal,
    type: sqlServerType({ name: column.type, modifier: column.modifier, labelLength: column.labelLength ?? undefined }),
    declaredType: column.declaredType,
    nullable: column.nullable,
    // PostgreSQL tells text apart by its bytes unless a collation says otherwise; SQL Server's default does not.
    ...(column.isExactText ? { collation: "Latin1_General_BIN" } : {}),
    ...(column === identity ? identityOf(column) : expressionOf(column, skipped)),
  }));
}

function identityOf({ seed, increment }: FoundColumn): Pick<Column, "identity"> | object {
  return seed === null ? {} : { identity: { seed, increment: increment ?? "1", notForReplication: false } };
}

function expressionOf(
  { expression, isGenerated }: FoundColumn,
  skipped: Skipped,
): Partial<Pick<Column, "computed" | "default">> {
  if (expression === null) return {};
  if (isGenerated === true) return { computed: { expression, persisted: true } };
  const translated = translateDefault(expression, "postgres");
  if (translated === undefined) skipped.add("default");
  return translated === undefined ? {} : { default: { expression: translated } };
}

function named({ name }: FoundConstraint): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

function keyOf(found: FoundConstraint): Key {
  return { ...named(found), columns: found.columns ?? [] };
}

/** https://www.postgresql.org/docs/current/catalog-pg-constraint.html */
const actions: Readonly<Record<string, string>> = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};

function foreignKeyOf(found: FoundConstraint): ForeignKey {
  const onDelete = referentialAction(actions[found.onDelete] ?? "NO ACTION");
  const onUpdate = referentialAction(actions[found.onUpdate] ?? "NO ACTION");
  return {
    ...named(found),
    columns: found.columns ?? [],
    references: tableName(targetSchema(found.parentSchema ?? ""), found.parentName ?? ""),
    referencedColumns: found.parentColumns ?? [],
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    notForReplication: false,
    disabled: false,
  };
}

function checkOf(found: FoundConstraint, skipped: Skipped): Table["checks"] {
  const translated = translateCheck(found.expression ?? "", "postgres");
  if (translated === undefined) skipped.add("check");
  return translated === undefined ? [] : [{ ...named(found), expression: translated, disabled: false }];
}
