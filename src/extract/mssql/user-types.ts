/** Alias types, and the default and rule objects of SQL Server 2000 that types and columns are bound to. */
import { tableName } from "../../schema/model.ts";
import type { DatabaseSchema, UserType } from "../../schema/model.ts";
import { declaredType } from "./catalog.ts";
import type { Ask, CatalogRow as Row } from "./catalog.ts";
import { quoteName, quoteRelation, quoteText } from "./names.ts";
import { parseSqlType } from "./parse-type.ts";

/**
 * Where each version keeps what INFORMATION_SCHEMA does not tell of types, bound objects, and bindings; all give the same columns.
 * Sources: https://learn.microsoft.com/sql/relational-databases/system-catalog-views, and Books Online 2000, "System Tables".
 */
interface Queries {
  readonly types: string;
  /** Texts may come in several rows. */
  readonly objects: string;
  /** A line a column and object; `isOwn`: bound to the column itself, not to its type. */
  readonly bindings: string;
}

const ofViews: Queries = {
  types: `SELECT SCHEMA_NAME(t.schema_id) AS [schema], t.name AS [name], CONVERT(int, t.is_nullable) AS [nullable],
  SCHEMA_NAME(d.schema_id) AS [defaultSchema], d.name AS [default], SCHEMA_NAME(r.schema_id) AS [ruleSchema], r.name AS [rule]
FROM sys.types AS t LEFT JOIN sys.objects AS d ON d.object_id = t.default_object_id LEFT JOIN sys.objects AS r ON r.object_id = t.rule_object_id
WHERE t.is_user_defined = 1`,
  objects: `SELECT SCHEMA_NAME(o.schema_id) AS [schema], o.name AS [name], m.definition AS [definition]
FROM sys.objects AS o LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.type IN ('D', 'R') AND o.parent_object_id = 0 ORDER BY SCHEMA_NAME(o.schema_id), o.name`,
  bindings: `SELECT SCHEMA_NAME(o.schema_id) AS [schema], o.name AS [table], c.name AS [column], b.type AS [kind],
  SCHEMA_NAME(b.schema_id) AS [boundSchema], b.name AS [bound],
  CASE WHEN b.object_id IN (t.default_object_id, t.rule_object_id) THEN 0 ELSE 1 END AS [isOwn]
FROM sys.columns AS c JOIN sys.objects AS o ON o.type = 'U' AND o.object_id = c.object_id
JOIN sys.objects AS b ON b.parent_object_id = 0 AND b.object_id IN (c.default_object_id, c.rule_object_id)
JOIN sys.types AS t ON t.user_type_id = c.user_type_id ORDER BY SCHEMA_NAME(o.schema_id), o.name, c.column_id, b.type`,
};

const of2000: Queries = {
  types: `SELECT USER_NAME(t.uid) AS [schema], t.name AS [name], CONVERT(int, t.allownulls) AS [nullable],
  USER_NAME(d.uid) AS [defaultSchema], d.name AS [default], USER_NAME(r.uid) AS [ruleSchema], r.name AS [rule]
FROM systypes AS t LEFT JOIN sysobjects AS d ON d.id = t.tdefault LEFT JOIN sysobjects AS r ON r.id = t.domain
WHERE t.xusertype > 256`,
  objects: `SELECT USER_NAME(o.uid) AS [schema], o.name AS [name], CASE WHEN m.encrypted = 1 THEN NULL ELSE m.text END AS [definition]
FROM sysobjects AS o JOIN syscomments AS m ON m.id = o.id WHERE o.xtype IN ('D', 'R') AND o.parent_obj = 0 ORDER BY USER_NAME(o.uid), o.name, m.colid`,
  bindings: `SELECT USER_NAME(o.uid) AS [schema], o.name AS [table], c.name AS [column], b.xtype AS [kind],
  USER_NAME(b.uid) AS [boundSchema], b.name AS [bound], CASE WHEN b.id IN (t.tdefault, t.domain) THEN 0 ELSE 1 END AS [isOwn]
FROM syscolumns AS c JOIN sysobjects AS o ON o.xtype = 'U' AND o.id = c.id
JOIN sysobjects AS b ON b.parent_obj = 0 AND b.id IN (c.cdefault, c.domain)
JOIN systypes AS t ON t.xusertype = c.xusertype ORDER BY USER_NAME(o.uid), o.name, c.colid, b.xtype`,
};

const domains = `SELECT DOMAIN_SCHEMA AS [schema], DOMAIN_NAME AS [name], DATA_TYPE AS [type], CHARACTER_MAXIMUM_LENGTH AS [length],
  NUMERIC_PRECISION AS [precision], NUMERIC_SCALE AS [scale], DATETIME_PRECISION AS [fraction]
FROM INFORMATION_SCHEMA.DOMAINS ORDER BY DOMAIN_SCHEMA, DOMAIN_NAME`;

export interface Binding {
  readonly table: string;
  readonly column: string;
  readonly kind: "default-binding" | "rule-binding";
  /** The call that binds; undefined where the column has it from its type. */
  readonly sql: string | undefined;
}

export interface UserTypes extends Pick<DatabaseSchema, "userTypes" | "boundObjects"> {
  /** Of columns, by the catalog's `schema.table`. */
  readonly bindings: readonly Binding[];
  readonly warnings: readonly string[];
}

export async function readUserTypes(ask: Ask, version: number): Promise<UserTypes> {
  const queries = version < 9 ? of2000 : ofViews;
  const details = await ask(queries.types);
  const described = await ask(domains);
  const objects = textsOf(await ask(queries.objects));
  return {
    // Table types and those of assemblies are no names for a system type.
    userTypes: described.filter((row) => isAlias(row)).map((row) => userTypeOf(row, details, version)),
    boundObjects: objects.flatMap(({ name, sql }) => (sql === undefined ? [] : [{ name, sql }])),
    bindings: (await ask(queries.bindings)).map(bindingOf),
    warnings: objects
      .filter(({ sql }) => sql === undefined)
      .map(({ name }) => `the text of ${name} is encrypted, or kept from this login: it is not carried over`),
  };
}

const aliasable =
  /^(?:bit|tinyint|smallint|int|bigint|decimal|numeric|money|smallmoney|float|real|date|time|smalldatetime|datetime|datetime2|datetimeoffset|char|varchar|text|nchar|nvarchar|ntext|binary|varbinary|image|uniqueidentifier|sql_variant)$/;

function isAlias(row: Row): boolean {
  return aliasable.test(String(row["type"]));
}

function isSame(left: Row, right: Row): boolean {
  return left["schema"] === right["schema"] && left["name"] === right["name"];
}

function userTypeOf(row: Row, details: readonly Row[], version: number): UserType {
  const [schema, name] = [String(row["schema"]), String(row["name"])];
  const declared = declaredType(row);
  const detail = details.find((each) => isSame(each, row)) ?? {};
  const nullable = Number(detail["nullable"] ?? 1) === 1;
  const target = quoteRelation({ schema, name });
  return {
    schema,
    name,
    type: parseSqlType(declared),
    nullable,
    sql:
      version < 9
        ? addType(name, declared, nullable)
        : `CREATE TYPE ${target} FROM ${declared} ${nullable ? "NULL" : "NOT NULL"}`,
    bindings: (["default", "rule"] as const).flatMap((kind) => {
      const bound = detail[kind];
      if (typeof bound !== "string") return [];
      return [bind(kind, { schema: String(detail[`${kind}Schema`]), name: bound }, version < 9 ? name : target)];
    }),
  };
}

function addType(name: string, declared: string, nullable: boolean): string {
  return `EXEC sp_addtype ${quoteText(name)}, ${quoteText(declared)}, N'${nullable ? "NULL" : "NOT NULL"}'`;
}

function bind(kind: "default" | "rule", bound: { readonly schema: string; readonly name: string }, to: string): string {
  return `EXEC ${kind === "default" ? "sp_bindefault" : "sp_bindrule"} ${quoteText(quoteRelation(bound))}, ${quoteText(to)}`;
}

function bindingOf(row: Row): Binding {
  const kind = String(row["kind"]).trim() === "R" ? "rule" : "default";
  const [schema, name, column] = [String(row["schema"]), String(row["table"]), String(row["column"])];
  const bound = { schema: String(row["boundSchema"]), name: String(row["bound"]) };
  const call = bind(kind, bound, `${quoteRelation({ schema, name })}.${quoteName(column)}`);
  return {
    table: `${schema}.${name}`,
    column,
    kind: `${kind}-binding`,
    sql: Number(row["isOwn"]) === 1 ? call : undefined,
  };
}

function textsOf(rows: readonly Row[]): { readonly name: string; readonly sql: string | undefined }[] {
  const texts = new Map<string, string | undefined>();
  for (const row of rows) {
    const name = tableName(String(row["schema"]), String(row["name"]));
    const part = row["definition"];
    const before = texts.has(name) ? texts.get(name) : "";
    texts.set(name, before === undefined || typeof part !== "string" ? undefined : `${before}${part}`);
  }
  return [...texts].map(([name, sql]) => ({ name, sql: sql?.trim() }));
}
