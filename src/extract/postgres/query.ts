/** The columns of a recipe's `query`, which the server itself names. */
import type { FieldDef, PoolClient, QueryConfig } from "pg";
import { UserError } from "../../errors.ts";
import type { Relation, ServerColumn } from "../server/kind.ts";
import { checkQuery, postgresLexis } from "../server/sql-fragment.ts";
import { oids } from "./cells.ts";
import { readGuardedTables } from "./limits.ts";
import { source } from "./select.ts";

/** Throws UserError for anything but one SELECT whose columns have names of their own. */
export async function describeQuery(client: PoolClient, query: string): Promise<Relation> {
  checkQuery(query, postgresLexis);
  const text = `SELECT * FROM ${source({ name: undefined, query })} LIMIT 0`;
  const { fields } = await client.query({ text, queryMode: "extended" } as QueryConfig);
  refuseRepeatedNames(fields.map(({ name }) => name));
  const guarded = await readGuardedTables(client);
  return {
    name: undefined,
    query,
    columns: await readColumns(client, fields),
    key: [],
    estimatedRows: undefined,
    limits: guarded.map((table) => `row security policies hide rows of ${table}, which the query may read`),
  };
}

const typeNames = `SELECT format_type(field.oid, field.modifier) AS "declaredType"
FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS field (oid, modifier, position) ORDER BY field.position`;

async function readColumns(client: PoolClient, fields: readonly FieldDef[]): Promise<ServerColumn[]> {
  const { rows } = await client.query<{ declaredType: string }>(typeNames, [
    fields.map(({ dataTypeID }) => dataTypeID),
    fields.map(({ dataTypeModifier }) => dataTypeModifier),
  ]);
  return fields.map(({ name, dataTypeID }, index) => ({
    name,
    declaredType: rows[index]?.declaredType ?? "unknown",
    nullable: undefined,
    ...(dataTypeID === oids.timestamptz ? { isInstant: true } : {}),
  }));
}

function refuseRepeatedNames(names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (names.length > 0 && repeated === undefined) return;
  throw new UserError({
    what: repeated === undefined ? "`query` yields no column" : `\`query\` yields two columns ${repeated}`,
    remedy: "Give each column of the query a name of its own, with AS",
  });
}
