/** The columns of a recipe's `query`, which the server itself names. */
import mysql from "mysql2";
import type { Connection, FieldPacket } from "mysql2";
import type { Relation, ServerColumn } from "../server/kind.ts";
import { checkQuery, mysqlLexis } from "../server/sql-fragment.ts";
import { queryLimits } from "./catalog.ts";
import { declaredTypeOf } from "./field-types.ts";
import { source } from "./select.ts";
import type { Session } from "./session.ts";

/** Throws UserError for anything but one SELECT; the server itself refuses columns of one name in a derived table. */
export async function describeQuery(
  { connection, ask }: Pick<Session, "connection" | "ask">,
  query: string,
): Promise<Relation> {
  checkQuery(query, mysqlLexis);
  const fields = await fieldsOf(connection, `SELECT * FROM ${source({ name: undefined, query })} LIMIT 0`);
  return {
    name: undefined,
    query,
    columns: fields.map(asColumn),
    key: [],
    estimatedRows: undefined,
    limits: await queryLimits(ask),
  };
}

async function fieldsOf(connection: Connection, sql: string): Promise<readonly FieldPacket[]> {
  const [, fields] = await connection.promise().query({ sql, rowsAsArray: true });
  return fields;
}

function asColumn(field: FieldPacket): ServerColumn {
  return {
    name: field.name,
    declaredType: declaredTypeOf(field),
    nullable: undefined,
    ...(field.type === mysql.Types.TIMESTAMP ? { isInstant: true } : {}),
  };
}
