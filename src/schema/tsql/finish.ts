/** From drafts to the schema: every name that a key mentions is held against the table that has to have it. */
import type { Column, DatabaseSchema, ForeignKey, Key, Table } from "../model.ts";
import { named } from "./constraints.ts";
import type { Catalog, ColumnDraft, ForeignKeyDraft, KeyDraft, TableDraft } from "./draft.ts";
import type { Mention } from "./names.ts";
import type { TokenReader } from "./reader.ts";

/** Throws UserError for a key on an unknown column. A foreign key to a table that is not in the script stays as it is. */
export function finishSchema(reader: TokenReader, catalog: Catalog): DatabaseSchema {
  return {
    tables: catalog.tables.map((table) => finishTable(reader, catalog, table)),
    userTypes: catalog.userTypes,
    boundObjects: catalog.boundObjects,
    skipped: catalog.skipped,
  };
}

function finishTable(reader: TokenReader, catalog: Catalog, table: TableDraft): Table {
  const { schema, name, id } = table.name;
  reader.table = id;
  const primaryKey = table.primaryKey === undefined ? undefined : finishKey(reader, table, table.primaryKey);
  return {
    schema,
    name,
    id,
    columns: table.columns.map((column, ordinal) => finishColumn(column, ordinal, primaryKey)),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    unique: table.unique.map((key) => finishKey(reader, table, key)),
    foreignKeys: table.foreignKeys.map((key) => finishForeignKey(reader, catalog, table, key)),
    checks: table.checks,
    attachments: table.attachments,
  };
}

function finishColumn(draft: ColumnDraft, ordinal: number, primaryKey: Key | undefined): Column {
  const { name, declared, collation, identity, rowGuid, hidden, computed, generated } = draft;
  return {
    name,
    ordinal,
    type: declared.type,
    declaredType: declared.declaredType,
    ...(declared.userType === undefined ? {} : { userType: declared.userType }),
    nullable: isNullable(draft) && !(primaryKey?.columns.includes(name) ?? false),
    ...(collation === undefined ? {} : { collation }),
    ...(identity === undefined ? {} : { identity }),
    ...(rowGuid === undefined ? {} : { rowGuid }),
    ...(computed === undefined ? {} : { computed }),
    ...(generated === undefined ? {} : { generated }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(draft.default === undefined ? {} : { default: draft.default }),
  };
}

/** Identity and generated columns never take NULL; where all is silent, a session of any client tool says NULL. */
function isNullable(column: ColumnDraft): boolean {
  if (column.identity !== undefined || column.generated !== undefined) return false;
  return column.nullable ?? column.declared.nullable ?? true;
}

function finishKey(reader: TokenReader, table: TableDraft, key: KeyDraft): Key {
  const columns = resolve(reader, table, key.columns);
  return {
    ...named(key.name),
    columns,
    ...(key.isIndex === true ? { isIndex: true } : {}),
    ...(key.clustered === undefined ? {} : { clustered: key.clustered }),
  };
}

function finishForeignKey(reader: TokenReader, catalog: Catalog, table: TableDraft, key: ForeignKeyDraft): ForeignKey {
  const parent = catalog.table(key.references.id);
  const { onDelete, onUpdate, notForReplication, disabled } = key;
  return {
    ...finishKey(reader, table, key),
    references: parent?.name.id ?? key.references.id,
    referencedColumns:
      parent === undefined
        ? key.referencedColumns.map((column) => column.text)
        : resolve(reader, parent, key.referencedColumns),
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    notForReplication,
    disabled,
  };
}

/** The columns as their table spells them. */
function resolve(reader: TokenReader, table: TableDraft, mentions: readonly Mention[]): string[] {
  return mentions.map(({ text, at }) => {
    const column = table.column(text);
    if (column !== undefined) return column.name;
    throw reader.fault(
      `a key names column ${text}, which table ${table.name.id} does not have`,
      "Correct the name",
      at,
    );
  });
}
