/** `05-schema.sql`: what the rows need, made only where it is missing: schemas, types, tables; and the log of the load. */
import { tableName } from "../../schema/model.ts";
import type { Table, UserType } from "../../schema/model.ts";
import type { EmitRequest } from "../emitter.ts";
import { encodingCheck, openTransaction, settings, stopIf } from "./batches.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { createTable, splitName } from "./create-table.ts";
import { execute, onlyIf } from "./dynamic.ts";
import { identifier, objectId, objectIdOf } from "./identifiers.ts";
import { keptTable, logTables } from "./log.ts";
import { nationalLiteral } from "./strings.ts";
import { typeText } from "./types.ts";
import type { VersionRules } from "./versions.ts";

export function schemaBatches(request: EmitRequest, plan: readonly PlannedTable[], rules: VersionRules): string[] {
  const tables = plan.map(({ emit }) => emit.table);
  const introduction = comments([
    `tablesalvage: tables of incident ${request.incident} that are missing, for SQL Server ${request.version}.`,
    "Run it after 00-preflight.sql. It may be run again: what is there stays as it is.",
  ]);
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction]),
    ...logTables,
    ...(request.since === undefined ? [] : [keptTable]),
    ...(request.createsSchema
      ? [...ownersOf(tables, rules), ...typesOf(request, tables, rules), ...tablesOf(tables, rules)]
      : []),
  ];
}

/** On 2000 the owner of a table is a user, whom nobody but a person can make: the preflight asks for them. */
function ownersOf(tables: readonly Table[], rules: VersionRules): string[] {
  if (!rules.sysViews) return [];
  return ownerNames(tables).map(
    (name) =>
      `IF SCHEMA_ID(${nationalLiteral(name)}) IS NULL\n  ${execute(`CREATE SCHEMA ${identifier(name)}`, rules)}`,
  );
}

export function ownerNames(tables: readonly Table[]): string[] {
  return [...new Set(tables.map(({ schema }) => schema))].filter((name) => name.toLowerCase() !== "dbo").toSorted();
}

/** Default and rule objects first, then the types that they are bound to; only what the tables use. */
function typesOf({ schema }: EmitRequest, tables: readonly Table[], rules: VersionRules): string[] {
  const used = new Set(tables.flatMap(({ columns }) => columns.map(({ userType }) => userType)));
  const types = schema.userTypes.filter((type) => used.has(tableName(type.schema, type.name)));
  const calls = [
    ...types.flatMap(({ bindings }) => bindings),
    ...tables.flatMap(({ attachments }) =>
      attachments.flatMap(({ kind, sql }) => (kind.endsWith("-binding") ? [sql] : [])),
    ),
  ];
  const isBound = (name: string): boolean => {
    const last = (splitName(name).at(-1) ?? "").toLowerCase();
    return calls.some((sql) => sql.toLowerCase().includes(last));
  };
  return [
    ...schema.boundObjects
      .filter(({ name }) => isBound(name))
      .map(({ name, sql }) => {
        const quoted = splitName(name).map(identifier).join(".");
        return onlyIf(`${objectIdOf(quoted)} IS NULL`, execute(sql, rules));
      }),
    ...types.flatMap((type) => typeBatches(type, rules)),
  ];
}

/** A type that is there keeps what it is bound to. */
function typeBatches(type: UserType, rules: VersionRules): string[] {
  const [base, nullable] = [typeText(type.type), type.nullable ? "NULL" : "NOT NULL"];
  const quoted = `${identifier(type.schema)}.${identifier(type.name)}`;
  const missing = rules.sysViews
    ? `TYPE_ID(${nationalLiteral(quoted)}) IS NULL`
    : `NOT EXISTS (SELECT * FROM systypes WHERE name = ${nationalLiteral(type.name)})`;
  const create = rules.sysViews
    ? execute(`CREATE TYPE ${quoted} FROM ${base} ${nullable}`, rules)
    : `EXEC sp_addtype ${nationalLiteral(type.name)}, ${nationalLiteral(base)}, ${nationalLiteral(nullable)}`;
  // One text, for one variable.
  const bind = type.bindings.length === 0 ? [] : [execute(type.bindings.join("\n"), rules)];
  return [onlyIf(missing, create, ...bind)];
}

function tablesOf(tables: readonly Table[], rules: VersionRules): string[] {
  return tables.map((table) => {
    const { statements, isHarmless } = createTable(table, rules);
    const missing = `${objectId(table)} IS NULL`;
    return onlyIf(missing, ...(isHarmless ? statements : [execute(statements.join("\n"), rules)]));
  });
}
