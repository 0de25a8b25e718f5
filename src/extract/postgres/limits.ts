/** What makes an extract look whole that is not (GOTCHAS 29): privileges, policies, copies that are older than the rest. */
import type { PoolClient } from "pg";
import type { ServerColumn } from "../server/kind.ts";
import type { Found } from "./catalog.ts";

const policiesOf = "SELECT array_agg(polname::text ORDER BY polname) AS names FROM pg_policy WHERE polrelid = $1";
const isGuarded = 'SELECT row_security_active($1::oid) AS "isGuarded"';

/** Tables with policies among those that a view reads, through views of views too. */
const guardedBehind = `WITH RECURSIVE behind AS (
  SELECT $1::oid AS oid
  UNION
  SELECT d.refobjid FROM behind
  JOIN pg_rewrite w ON w.ev_class = behind.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
)
SELECT array_agg(DISTINCT format('%I.%I', n.nspname, c.relname)) AS names
FROM behind JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity`;

const guardedAnywhere = `SELECT array_agg(format('%I.%I', n.nspname, c.relname) ORDER BY 1) AS names
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relrowsecurity AND has_any_column_privilege(c.oid, 'SELECT') AND row_security_active(c.oid)`;

const foreignServerOf = `SELECT array_agg(s.srvname::text) AS names
FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = $1`;

async function namesFrom(
  client: PoolClient,
  query: string,
  values: readonly unknown[] = [],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ names: string[] | null }>(query, [...values]);
  return rows[0]?.names ?? [];
}

/** Sentences about a table or view; none where everything that is there is read. */
export async function readLimits(
  client: PoolClient,
  relation: Pick<Found, "oid" | "kind">,
  columns: readonly ServerColumn[],
  user: string,
): Promise<string[]> {
  const unread = columns.filter((column) => column.unread !== undefined).map(({ name }) => name);
  return [
    ...unread.map((name) => `user ${user} may not read column ${name}`),
    ...(await policyLimits(client, relation, user)),
    ...(await ageLimits(client, relation)),
  ];
}

async function policyLimits(
  client: PoolClient,
  { oid, kind }: Pick<Found, "oid" | "kind">,
  user: string,
): Promise<string[]> {
  if (kind === "v" || kind === "m") {
    const tables = await namesFrom(client, guardedBehind, [oid]);
    return tables.map((table) => `it is a view of ${table}, where row security policies may hide rows`);
  }
  const { rows } = await client.query<{ isGuarded: boolean }>(isGuarded, [oid]);
  if (rows[0]?.isGuarded !== true) return [];
  const policies = await namesFrom(client, policiesOf, [oid]);
  const which = policies.length === 0 ? "row security without a policy" : `row security (${policies.join(", ")})`;
  return [`${which} hides rows from user ${user}`];
}

async function ageLimits(client: PoolClient, { oid, kind }: Pick<Found, "oid" | "kind">): Promise<string[]> {
  if (kind === "m") return ["it is a materialized view, which holds what it held when it was last refreshed"];
  if (kind !== "f") return [];
  const [server = "?"] = await namesFrom(client, foreignServerOf, [oid]);
  return [`it is a foreign table: its rows come from server ${server}, which has no part in the snapshot`];
}

/** Tables whose policies hide rows from the login, wherever they are: a query may read any of them. */
export function readGuardedTables(client: PoolClient): Promise<readonly string[]> {
  return namesFrom(client, guardedAnywhere);
}
