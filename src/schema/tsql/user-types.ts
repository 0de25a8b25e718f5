/** Alias types: `CREATE TYPE … FROM`, and `sp_addtype` of SQL Server 2000. */
import { tableName } from "../model.ts";
import type { Catalog, UserTypeDraft } from "./draft.ts";
import { readObjectName } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { skipStatement } from "./skip.ts";
import { readDataType } from "./types.ts";

/** Reads a type whose `CREATE TYPE` is read already. Table types and CLR types are counted as skipped. */
export function readCreateType(reader: TokenReader, catalog: Catalog, at: Token): void {
  const { schema, name } = readObjectName(reader, "a type's name");
  if (!reader.take("FROM")) {
    skipStatement(reader, "CREATE");
    return catalog.skip("type");
  }
  const { type } = readDataType(reader, []);
  const isNotNull = reader.take("NOT");
  if (isNotNull) reader.expect("NULL");
  else reader.take("NULL");
  const sql = reader.textFrom(at.start);
  add(reader, catalog, { schema, name, type, nullable: !isNotNull, sql, bindings: [] }, at);
}

/** A type as `sp_addtype` names it: `base` is text such as `nvarchar(15)`. */
export interface NamedType {
  readonly schema: string;
  readonly name: string;
  readonly base: string;
  readonly nullable: boolean;
  readonly sql: string;
  readonly at: Token;
}

export function addUserType(reader: TokenReader, catalog: Catalog, named: NamedType): void {
  const { schema, name, base, nullable, sql, at } = named;
  const { type } = reader.within(base, at, (inner) => readDataType(inner, []));
  add(reader, catalog, { schema, name, type, nullable, sql, bindings: [] }, at);
}

function add(reader: TokenReader, catalog: Catalog, type: UserTypeDraft, at: Token): void {
  if (catalog.userType(tableName(type.schema, type.name)) !== undefined)
    throw reader.fault(`type ${type.schema}.${type.name} is defined twice`, "Keep one of the two definitions", at);
  catalog.userTypes.push(type);
}
