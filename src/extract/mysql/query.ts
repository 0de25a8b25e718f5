/** The columns of a recipe's `query`, which the server itself names. */
import mysql from "mysql2";
import type { FieldPacket } from "mysql2";
import type { Relation, ServerColumn } from "../server/kind.ts";
import { checkQuery, mysqlLexis } from "../server/sql-fragment.ts";
import { queryLimits } from "./catalog.ts";
import { declaredTypeOf } from "./field-types.ts";
import type { Link } from "./link.ts";
import { source } from "./select.ts";
import type { Session } from "./session.ts";

/** Throws UserError for anything but one SELECT; the server itself refuses columns of one name in a derived table. */
export async function describeQuery({ link, ask }: Session, query: string): Promise<Relation> {
  checkQuery(query, mysqlLexis);
  const fields = await fieldsOf(link, `SELECT * FROM ${source({ name: undefined, query })} LIMIT 0`);
  return {
    name: undefined,
    query,
    columns: fields.map(asColumn),
    key: [],
    estimatedRows: undefined,
    limits: await queryLimits(ask),
  };
}

async function fieldsOf({ connection, loss }: Link, sql: string): Promise<readonly FieldPacket[]> {
  const [, fields] = await Promise.race([connection.promise().query({ sql, rowsAsArray: true }), loss]);
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
