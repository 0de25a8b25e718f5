/** Objects, columns, indexes and what hangs on tables: the views of 2005 and later, and the system tables of 2000, filled from the model and from what a test puts there. */
import type { Column, DatabaseSchema, Table } from "../../../src/schema/model.ts";
import type { EngineOptions } from "./options.ts";
import { boundColumn, boundType } from "./bindings.ts";
import type { Bound } from "./bindings.ts";
import { objectName } from "./tables.ts";

export type CatalogRow = Readonly<Record<string, string | number | null | Uint8Array>>;

/** `sys.indexes` or `sysobjects`: names of the columns, and rows. */
export type View = readonly [name: string, columns: string, rows: readonly CatalogRow[]];

/** Views of this version; a test's own rows come behind those of the model. */
export function objectViews({ schema, rows, version, catalog = {} }: EngineOptions): View[] {
  const { tables } = schema;
  const views =
    (version?.[0] ?? 16) >= 9
      ? [...sysViews(schema), typeView(schema), estimates(tables, rows)]
      : [...tablesOf2000(schema, rows), systypes(schema)];
  return views.map(([name, columns, own]) => [name, columns, [...own, ...(catalog[name] ?? [])]]);
}

/** A type's name is its number, as elsewhere here. */
function typeView(schema: DatabaseSchema): View {
  const alias = schema.userTypes.map(({ schema: owner, name, nullable }) => ({
    user_type_id: `${owner}.${name}`,
    schema_id: owner,
    name,
    is_user_defined: 1,
    is_nullable: Number(nullable),
    ...objectIds(boundType(schema, `${owner}.${name}`)),
  }));
  const names = "user_type_id, schema_id, name, is_user_defined, is_nullable, default_object_id, rule_object_id";
  return ["sys.types", names, [...alias, { user_type_id: systemType, name: systemType, is_user_defined: 0 }]];
}

function objectIds(bound: Bound): CatalogRow {
  return { default_object_id: bound.default ?? 0, rule_object_id: bound.rule ?? 0 };
}

function systypes(schema: DatabaseSchema): View {
  const alias = schema.userTypes.map(({ schema: owner, name, nullable }) => {
    const bound = boundType(schema, `${owner}.${name}`);
    return {
      // Numbers up to 256 are the system's.
      xusertype: numberOf(schema, `${owner}.${name}`),
      uid: owner,
      name,
      allownulls: Number(nullable),
      tdefault: bound.default ?? 0,
      domain: bound.rule ?? 0,
    };
  });
  const system = { xusertype: numberOf(schema, undefined), name: systemType };
  return ["systypes", "xusertype, uid, name, allownulls, tdefault, domain", [...alias, system]];
}

const systemType = "int";

function numberOf({ userTypes }: DatabaseSchema, id: string | undefined): number {
  const at = userTypes.findIndex(({ schema, name }) => `${schema}.${name}` === id);
  return at < 0 ? 56 : 257 + at;
}

interface BoundObject {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: "D" | "R";
  readonly sql: string;
}

function boundObjectsOf({ boundObjects }: DatabaseSchema): BoundObject[] {
  return boundObjects.map(({ name: id, sql }) => {
    const [schema = "", name = ""] = id.split(".");
    return { id, schema, name, kind: /CREATE\s+RULE/i.test(sql) ? "R" : "D", sql };
  });
}

/** From 2005 on a view for compatibility. */
function estimates(tables: readonly Table[], rows: EngineOptions["rows"]): View {
  const counted = tables.map((table) => ({ id: objectName(table), indid: 1, rows: rows.get(table.id)?.length ?? 0 }));
  return ["sysindexes", "id, indid, rows", counted];
}

function sysViews(schema: DatabaseSchema): View[] {
  const { tables } = schema;
  const bound = boundObjectsOf(schema);
  const columns = tables.flatMap((table) => table.columns.map((column) => sysColumn(schema, table, column)));
  const indexes = tables.flatMap(uniqueIndexesOf);
  const keys = tables.flatMap((table) => table.foreignKeys.map((key) => ({ table, key })));
  return [
    [
      "sys.objects",
      "object_id, name, schema_id, type, is_ms_shipped, parent_object_id",
      [
        ...tables.map((table) => sysObject(table)),
        ...bound.map((each) => ({ ...sysObject(each), object_id: each.id, type: each.kind })),
      ],
    ],
    [
      "sys.columns",
      "object_id, column_id, name, user_type_id, default_object_id, rule_object_id",
      columns.map(({ row }) => row),
    ],
    [
      "sys.default_constraints",
      "object_id, name",
      columns.flatMap(({ row, column }) =>
        column.default?.name === undefined
          ? []
          : [{ object_id: row["default_object_id"] ?? null, name: column.default.name }],
      ),
    ],
    [
      "sys.computed_columns",
      "object_id, column_id, name, definition, is_persisted",
      columns.flatMap(({ row, column: { name, computed } }) =>
        computed === undefined
          ? []
          : [{ ...row, name, definition: computed.expression, is_persisted: Number(computed.persisted) }],
      ),
    ],
    [
      "sys.identity_columns",
      "object_id, column_id, is_not_for_replication",
      columns.flatMap(({ row, column: { identity } }) =>
        identity === undefined ? [] : [{ ...row, is_not_for_replication: Number(identity.notForReplication) }],
      ),
    ],
    [
      "sys.foreign_keys",
      "object_id, name, schema_id, referenced_object_id",
      keys.map(({ table, key }) => ({
        object_id: `${table.schema}.${key.name}`,
        name: key.name ?? "",
        schema_id: table.schema,
        referenced_object_id: key.references,
      })),
    ],
    [
      "sys.foreign_key_columns",
      "constraint_object_id, constraint_column_id, referenced_object_id, referenced_column_id",
      keys.flatMap(({ table, key }) =>
        key.referencedColumns.map((name, at) => ({
          constraint_object_id: `${table.schema}.${key.name}`,
          constraint_column_id: at + 1,
          referenced_object_id: key.references,
          referenced_column_id: idOf(
            tables.find(({ id }) => id === key.references),
            name,
          ),
        })),
      ),
    ],
    [
      "sys.indexes",
      "object_id, index_id, name, type, type_desc, is_unique, is_primary_key, is_unique_constraint, is_disabled, is_hypothetical, has_filter, filter_definition, fill_factor, is_padded, ignore_dup_key",
      indexes.map(({ id, indid, name }) => ({ ...plainIndex, object_id: id, index_id: indid, name })),
    ],
    [
      "sys.index_columns",
      "object_id, index_id, index_column_id, column_id, key_ordinal, is_descending_key, is_included_column",
      indexes.flatMap(({ id, indid, columns: parts }) =>
        parts.map(({ ordinal }, at) => ({
          object_id: id,
          index_id: indid,
          index_column_id: at + 1,
          column_id: ordinal + 1,
          key_ordinal: at + 1,
          is_descending_key: 0,
          is_included_column: 0,
        })),
      ),
    ],
    ["sys.tables", "object_id, temporal_type", []],
    ["sys.triggers", "object_id, name, parent_id, is_disabled", []],
    [
      "sys.sql_modules",
      "object_id, definition, uses_quoted_identifier, uses_ansi_nulls",
      bound.map(({ id, sql }) => ({ object_id: id, definition: sql })),
    ],
    ["sys.database_permissions", "class, major_id, minor_id, grantee_principal_id, permission_name, state", []],
    ["sys.extended_properties", "class, major_id, minor_id, name, value", []],
  ];
}

const plainIndex = {
  type: 2,
  type_desc: "NONCLUSTERED",
  is_unique: 1,
  is_primary_key: 0,
  is_unique_constraint: 0,
  is_disabled: 0,
  is_hypothetical: 0,
  has_filter: 0,
  filter_definition: null,
  fill_factor: 0,
  is_padded: 0,
  ignore_dup_key: 0,
};

function sysObject(table: Pick<Table, "schema" | "name">): CatalogRow {
  const { schema, name } = table;
  return { object_id: objectName(table), name, schema_id: schema, type: "U", is_ms_shipped: 0, parent_object_id: 0 };
}

function sysColumn(
  schema: DatabaseSchema,
  table: Table,
  column: Column,
): { readonly row: CatalogRow; readonly column: Column } {
  const ids = objectIds(boundColumn(schema, table, column));
  const row = {
    ...ids,
    object_id: objectName(table),
    column_id: column.ordinal + 1,
    name: column.name,
    user_type_id: column.userType ?? systemType,
    ...(column.default?.name === undefined ? {} : { default_object_id: `${table.schema}.${column.default.name}` }),
  };
  return { row, column };
}

function idOf(table: Table | undefined, name: string): number | null {
  const column = table?.columns.find((each) => each.name === name);
  return column === undefined ? null : column.ordinal + 1;
}

function tablesOf2000(schema: DatabaseSchema, rows: EngineOptions["rows"]): View[] {
  const { tables } = schema;
  const objects = boundObjectsOf(schema);
  const [, , counted] = estimates(tables, rows);
  const indexes = tables.flatMap(uniqueIndexesOf);
  const keys = tables.flatMap((table) =>
    table.foreignKeys.map((key) => ({ table, key, id: `${table.schema}.${key.name}` })),
  );
  const object = { xtype: "U", parent_obj: 0 };
  return [
    [
      "sysobjects",
      "id, name, uid, xtype, parent_obj",
      [
        ...tables.map((table) => ({ ...object, id: objectName(table), name: table.name, uid: table.schema })),
        ...keys.map(({ table, key, id }) => ({ ...object, xtype: "F", id, name: key.name ?? "", uid: table.schema })),
        ...objects.map(({ id, name, schema: uid, kind }) => ({ ...object, xtype: kind, id, name, uid })),
      ],
    ],
    [
      "syscolumns",
      "id, colid, name, xusertype, cdefault, domain",
      tables.flatMap((table) =>
        table.columns.map((column) => {
          const { name, ordinal, default: preset, userType } = column;
          const bound = boundColumn(schema, table, column);
          return {
            id: objectName(table),
            colid: ordinal + 1,
            name,
            xusertype: numberOf(schema, userType),
            cdefault: preset?.name === undefined ? (bound.default ?? 0) : `${table.schema}.${preset.name}`,
            domain: bound.rule ?? 0,
          };
        }),
      ),
    ],
    [
      "sysindexes",
      "id, indid, rows, name, status, OrigFillFactor",
      [
        ...counted.map((row) => ({ ...row, status: 2050 })),
        ...indexes.map(({ id, indid, name }) => ({ id, indid, name, rows: null, status: 2, OrigFillFactor: 0 })),
      ],
    ],
    [
      "sysindexkeys",
      "id, indid, colid, keyno",
      indexes.flatMap(({ id, indid, columns }) =>
        columns.map(({ ordinal }, at) => ({ id, indid, colid: ordinal + 1, keyno: at + 1 })),
      ),
    ],
    [
      "sysforeignkeys",
      "constid, rkeyid, rkey, keyno",
      keys.flatMap(({ id, key }) =>
        key.referencedColumns.map((name, at) => ({
          constid: id,
          rkeyid: key.references,
          rkey: idOf(
            tables.find((table) => table.id === key.references),
            name,
          ),
          keyno: at + 1,
        })),
      ),
    ],
    [
      "syscomments",
      "id, number, colid, text, encrypted",
      [
        ...objects.map(({ id, sql }) => ({ id, number: 0, colid: 1, text: sql, encrypted: 0 })),
        ...tables.flatMap((table) =>
          table.columns.flatMap(({ ordinal, computed }) =>
            computed === undefined
              ? []
              : [{ id: objectName(table), number: ordinal + 1, colid: 1, text: computed.expression, encrypted: 0 }],
          ),
        ),
      ],
    ],
    ["sysprotects", "id, uid, action, protecttype, columns", []],
    ["sysproperties", "id, smallid, type, name, value", []],
  ];
}

interface UniqueIndex {
  readonly id: string;
  readonly indid: number;
  readonly name: string;
  readonly columns: readonly Column[];
}

function uniqueIndexesOf(table: Table): UniqueIndex[] {
  return table.unique
    .filter((key) => key.isIndex === true)
    .map((key, at) => ({
      id: objectName(table),
      indid: at + 10,
      name: key.name ?? `UX${at}`,
      columns: key.columns.flatMap((name) => table.columns.find((column) => column.name === name) ?? []),
    }));
}
