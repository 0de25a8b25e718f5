/** Objects, columns, indexes and what hangs on tables: the views of 2005 and later, and the system tables of 2000, filled from the model and from what a test puts there. */
import type { Column, Table } from "../../../src/schema/model.ts";
import type { EngineOptions } from "./options.ts";
import { objectName } from "./tables.ts";

export type CatalogRow = Readonly<Record<string, string | number | null | Uint8Array>>;

/** `sys.indexes` or `sysobjects`: names of the columns, and rows. */
export type View = readonly [name: string, columns: string, rows: readonly CatalogRow[]];

/** Views of this version; a test's own rows come behind those of the model. */
export function objectViews({ schema: { tables }, rows, version, catalog = {} }: EngineOptions): View[] {
  const views = (version?.[0] ?? 16) >= 9 ? [...sysViews(tables), estimates(tables, rows)] : tablesOf2000(tables, rows);
  return views.map(([name, columns, own]) => [name, columns, [...own, ...(catalog[name] ?? [])]]);
}

/** From 2005 on a view for compatibility. */
function estimates(tables: readonly Table[], rows: EngineOptions["rows"]): View {
  const counted = tables.map((table) => ({ id: objectName(table), indid: 1, rows: rows.get(table.id)?.length ?? 0 }));
  return ["sysindexes", "id, indid, rows", counted];
}

function sysViews(tables: readonly Table[]): View[] {
  const columns = tables.flatMap((table) => table.columns.map((column) => sysColumn(table, column)));
  const indexes = tables.flatMap(uniqueIndexesOf);
  const keys = tables.flatMap((table) => table.foreignKeys.map((key) => ({ table, key })));
  return [
    ["sys.objects", "object_id, name, schema_id, type, is_ms_shipped", tables.map((table) => sysObject(table))],
    ["sys.columns", "object_id, column_id, name, default_object_id", columns.map(({ row }) => row)],
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
    ["sys.triggers", "object_id, name, parent_id, is_disabled", []],
    ["sys.sql_modules", "object_id, definition", []],
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

function sysObject(table: Table): CatalogRow {
  return { object_id: objectName(table), name: table.name, schema_id: table.schema, type: "U", is_ms_shipped: 0 };
}

function sysColumn(table: Table, column: Column): { readonly row: CatalogRow; readonly column: Column } {
  const row = {
    object_id: objectName(table),
    column_id: column.ordinal + 1,
    name: column.name,
    default_object_id: column.default?.name === undefined ? 0 : `${table.schema}.${column.default.name}`,
  };
  return { row, column };
}

function idOf(table: Table | undefined, name: string): number | null {
  const column = table?.columns.find((each) => each.name === name);
  return column === undefined ? null : column.ordinal + 1;
}

function tablesOf2000(tables: readonly Table[], rows: EngineOptions["rows"]): View[] {
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
      ],
    ],
    [
      "syscolumns",
      "id, colid, name, cdefault",
      tables.flatMap((table) =>
        table.columns.map(({ name, ordinal, default: preset }) => ({
          id: objectName(table),
          colid: ordinal + 1,
          name,
          cdefault: preset?.name === undefined ? 0 : `${table.schema}.${preset.name}`,
        })),
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
      tables.flatMap((table) =>
        table.columns.flatMap(({ ordinal, computed }) =>
          computed === undefined
            ? []
            : [{ id: objectName(table), number: ordinal + 1, colid: 1, text: computed.expression, encrypted: 0 }],
        ),
      ),
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
