/** Tables while the script still changes them, and what else it has defined so far. */
import { sameName, tableName, type Attachment, type Check, type Column } from "../model.ts";
import type { Identity, ModuleSetting, TableName, UserType } from "../model.ts";
import type { Mention, ObjectName } from "./names.ts";
import type { Token } from "./reader.ts";
import type { DeclaredType } from "./types.ts";

export interface ColumnDraft {
  readonly name: string;
  /** The name as the script writes it. */
  readonly sql: string;
  readonly at: Token;
  declared: DeclaredType;
  /** What the declaration says; undefined where it is silent. */
  nullable: boolean | undefined;
  collation?: string;
  identity?: Identity;
  rowGuid?: true;
  hidden?: true;
  computed?: NonNullable<Column["computed"]>;
  generated?: NonNullable<Column["generated"]>;
  default?: NonNullable<Column["default"]>;
}

export interface KeyDraft {
  readonly name: string | undefined;
  readonly columns: readonly Mention[];
  readonly isIndex?: true;
  readonly clustered?: boolean;
}

export interface ForeignKeyDraft extends KeyDraft {
  readonly references: ObjectName;
  readonly referencedColumns: readonly Mention[];
  readonly onDelete: string | undefined;
  readonly onUpdate: string | undefined;
  readonly notForReplication: boolean;
  disabled: boolean;
}

export type CheckDraft = { -readonly [Field in keyof Check]: Check[Field] };

export type UserTypeDraft = Omit<UserType, "bindings"> & { readonly bindings: string[] };

export class TableDraft {
  readonly name: ObjectName;
  readonly columns: ColumnDraft[] = [];
  primaryKey: KeyDraft | undefined;
  unique: KeyDraft[] = [];
  foreignKeys: ForeignKeyDraft[] = [];
  checks: CheckDraft[] = [];
  readonly attachments: Attachment[] = [];
  /** `maybe`: a DROP TABLE stands in a branch of the script that may not have run. */
  dropped: "no" | "maybe" | "yes" = "no";

  constructor(name: ObjectName) {
    this.name = name;
  }

  column(name: string): ColumnDraft | undefined {
    return this.columns.find((column) => sameName(column.name, name));
  }
}

/** All that a script has defined so far. */
export class Catalog {
  /** Those that are off where the script stands. */
  readonly settingsOff = new Set<ModuleSetting>();
  readonly userTypes: UserTypeDraft[] = [];
  readonly boundObjects: { name: string; sql: string }[] = [];
  readonly #tables = new Map<string, TableDraft>();
  readonly #skipped = new Map<string, number>();

  get tables(): TableDraft[] {
    return [...this.#tables.values()].filter((table) => table.dropped !== "yes");
  }

  /** Counts by kind, in the kinds' alphabetical order so that the same script gives the same bytes. */
  get skipped(): Record<string, number> {
    return Object.fromEntries([...this.#skipped].toSorted(([left], [right]) => (left < right ? -1 : 1)));
  }

  table(id: TableName): TableDraft | undefined {
    const table = this.#tables.get(id.toUpperCase());
    return table?.dropped === "yes" ? undefined : table;
  }

  /** Takes the place of a dropped table of the same name, at the end. */
  add(table: TableDraft): void {
    const key = table.name.id.toUpperCase();
    this.#tables.delete(key);
    this.#tables.set(key, table);
  }

  /** Counts a statement that no table needs. */
  skip(kind: string): void {
    this.#skipped.set(kind, (this.#skipped.get(kind) ?? 0) + 1);
  }

  /** The trigger in the place of an earlier one of its name, else behind what the table has. */
  replaceTrigger(id: TableName | undefined, trigger: Attachment & { readonly name: string }): void {
    const attachments = id === undefined ? undefined : this.table(id)?.attachments;
    const at =
      attachments?.findIndex(({ kind, name = "" }) => kind === "trigger" && sameName(name, trigger.name)) ?? -1;
    if (attachments === undefined || at < 0) this.attach(id, trigger);
    else attachments[at] = trigger;
  }

  userType(id: TableName): UserTypeDraft | undefined {
    return this.userTypes.find((type) => sameName(tableName(type.schema, type.name), id));
  }

  /** Keeps a statement on its table, or counts it (as `kind`) where the script does not create that table. */
  attach(id: TableName | undefined, attachment: Attachment, kind: string = attachment.kind): void {
    const table = id === undefined ? undefined : this.table(id);
    if (table === undefined) this.skip(kind);
    else table.attachments.push(attachment);
  }
}
