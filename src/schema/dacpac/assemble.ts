/** From gathered elements to tables. */
import type { Attachment, Column, DatabaseSchema, Key, Table, TableName } from "../model.ts";
import { indexAttachments, permissionAttachment, propertyAttachment, triggerAttachments } from "./attachments.ts";
import { readColumns, type ColumnSurroundings, type PackagedColumn } from "./columns.ts";
import { check, defaultOf, foreignKey, keyColumns, primaryKey, uniqueKey } from "./constraints.ts";
import { flag, property, referenced, type ModelElement } from "./elements.ts";
import type { Gathered } from "./gather.ts";
import { lastName, objectName, quoteName } from "./names.ts";
import { ByTable, owners, type Owned } from "./owners.ts";
import { aliasType } from "./types.ts";

export interface PackagedTable {
  readonly table: Table;
  /** Those that have a field in the table's data, in its order: all but the computed ones. */
  readonly fields: readonly PackagedColumn[];
}

export interface PackagedModel {
  readonly schema: DatabaseSchema;
  readonly tables: readonly PackagedTable[];
}

class Assembly {
  readonly #gathered: Gathered;
  readonly #owned: Readonly<Record<Owned, ByTable>>;
  readonly #around: ColumnSurroundings;
  readonly notes: string[] = [];

  constructor(gathered: Gathered, around: ColumnSurroundings) {
    this.#gathered = gathered;
    this.#around = around;
    const list = Object.entries(owners) as [Owned, string][];
    this.#owned = Object.fromEntries(
      list.map(([role, relationship]) => [role, new ByTable(gathered.of(role), relationship)]),
    ) as Record<Owned, ByTable>;
  }

  table(element: ModelElement): PackagedTable {
    const { schema, name, id } = objectName(element.name ?? "");
    const packaged = readColumns(element, this.#around);
    const [key] = this.#owned.primaryKeys.of(id);
    const defaults = this.#defaults(id);
    const columns = packaged.map(({ column }): Column => {
      const found = defaults.get(column.name);
      return found === undefined ? column : { ...column, default: defaultOf(found) };
    });
    this.#tellOf(element, id, packaged);
    const table: Table = {
      schema,
      name,
      id,
      columns,
      ...(key === undefined ? {} : { primaryKey: primaryKey(key) }),
      unique: [...this.#owned.uniqueKeys.of(id).map(uniqueKey), ...this.#uniqueIndexes(id)],
      foreignKeys: this.#owned.foreignKeys.of(id).map(foreignKey),
      checks: this.#owned.checks.of(id).map(check),
      attachments: this.#attachments(id, `${quoteName(schema)}.${quoteName(name)}`),
    };
    const fields = packaged
      .map((each, at) => ({ ...each, column: columns[at] as Column }))
      .filter(({ column }) => column.computed === undefined);
    return { table, fields };
  }

  #defaults(id: TableName): Map<string, ModelElement> {
    return new Map(
      this.#owned.defaults.of(id).map((element) => [lastName(referenced(element, "ForColumn")[0] ?? ""), element]),
    );
  }

  /** One with a filter keeps only some rows apart, and is no key. */
  #uniqueIndexes(id: TableName): Key[] {
    return this.#owned.indexes
      .of(id)
      .filter((element) => flag(element, "IsUnique") && property(element, "FilterPredicate") === undefined)
      .map((element) => ({ name: lastName(element.name ?? ""), columns: keyColumns(element), isIndex: true }));
  }

  #attachments(id: TableName, quoted: string): Attachment[] {
    const { indexes, triggers, permissions, descriptions } = this.#owned;
    return [
      ...indexes.of(id).flatMap((element) => indexAttachments(element, quoted)),
      ...triggers.of(id).flatMap((element) => this.#trigger(element, id, quoted)),
      ...permissions.of(id).flatMap((element) => this.#permission(element, id, quoted)),
      ...descriptions.of(id).flatMap((element) => this.#description(element, id)),
    ];
  }

  #trigger(element: ModelElement, id: TableName, quoted: string): Attachment[] {
    const made = triggerAttachments(element, quoted);
    if (made.length === 0)
      this.notes.push(
        `the text of trigger ${lastName(element.name ?? "")} of ${id} is encrypted: it is not carried over`,
      );
    return made;
  }

  #permission(element: ModelElement, id: TableName, quoted: string): Attachment[] {
    const made = permissionAttachment(element, quoted);
    if (made === undefined) this.notes.push(`the permission ${element.name ?? ""} on ${id} is not carried over`);
    return made === undefined ? [] : [made];
  }

  #description(element: ModelElement, id: TableName): Attachment[] {
    const made = propertyAttachment(element, referenced(element, "Host")[0] ?? "");
    if (made === undefined) this.notes.push(`the description ${element.name ?? ""} of ${id} is not carried over`);
    return made === undefined ? [] : [made];
  }

  #tellOf(element: ModelElement, id: TableName, columns: readonly PackagedColumn[]): void {
    for (const { column, unknownType } of columns)
      if (unknownType !== undefined)
        this.notes.push(
          `${id}.${column.name} is of a type that is not known, ${unknownType}: it is taken for varbinary(max)`,
        );
    if (element.references.has("TemporalSystemVersioningHistoryTable"))
      this.notes.push(
        `${id} is versioned by the system: its periods come as plain columns, and the versioning is not carried over`,
      );
  }

  /** Indexes of other kinds, statistics: counted, and told. */
  tellOfRest(): void {
    for (const element of this.#gathered.left) {
      this.#gathered.skip(element.type);
      const [on] = [...referenced(element, "IndexedObject"), ...referenced(element, "Subject")];
      const of = on === undefined ? "" : ` of ${objectName(on).id}`;
      this.notes.push(`${lastName(element.name ?? "")}${of} is a ${element.type}, and not carried over`);
    }
  }
}

/** What belongs to a view or to the database is counted among what no table needs. */
function countOthers(gathered: Gathered, tables: ReadonlySet<TableName>): void {
  const kindOf: Partial<Record<Owned, string>> = {
    indexes: "index",
    triggers: "trigger",
    permissions: "permission",
    descriptions: "extended-property",
  };
  for (const [role, kind] of Object.entries(kindOf) as [Owned, string][])
    for (const element of gathered.of(role)) {
      const names = referenced(element, owners[role]);
      if (!names.some((name) => tables.has(objectName(name).id))) gathered.skip(kind);
    }
}

export function assemble(gathered: Gathered): PackagedModel {
  const [options] = gathered.of("options");
  const aliases = gathered.of("aliases").map(aliasType);
  const assembly = new Assembly(gathered, {
    aliases,
    ofAssemblies: new Set(gathered.of("assemblyTypes").map(({ name }) => name ?? "")),
    collation: options === undefined ? undefined : property(options, "Collation"),
  });
  const tables = gathered.of("tables").map((element) => assembly.table(element));
  countOthers(gathered, new Set(tables.map(({ table }) => table.id)));
  assembly.tellOfRest();
  const schema: DatabaseSchema = {
    tables: tables.map(({ table }) => table),
    userTypes: aliases.map(({ userType }) => userType),
    boundObjects: [],
    skipped: gathered.skipped,
    ...(assembly.notes.length === 0 ? {} : { notes: assembly.notes }),
  };
  return { schema, tables };
}
