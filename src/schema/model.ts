/** The target schema: what the lost tables looked like. Read from T-SQL DDL or from a catalog. */

/** Every SQL Server type up to 2022 by its base name; synonyms (`integer`, `dec`, `rowversion`) are resolved. */
export type TypeName =
  | "bit"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "decimal"
  | "numeric"
  | "money"
  | "smallmoney"
  | "float"
  | "real"
  | "date"
  | "time"
  | "smalldatetime"
  | "datetime"
  | "datetime2"
  | "datetimeoffset"
  | "char"
  | "varchar"
  | "text"
  | "nchar"
  | "nvarchar"
  | "ntext"
  | "binary"
  | "varbinary"
  | "image"
  | "uniqueidentifier"
  | "xml"
  | "sql_variant"
  | "timestamp"
  | "hierarchyid"
  | "geometry"
  | "geography";

export interface SqlType {
  readonly name: TypeName;
  /** Characters (char, nchar…) or bytes (binary…); `max` for the large forms. */
  readonly length?: number | "max";
  /** Digits of decimal and numeric; mantissa bits of float. */
  readonly precision?: number;
  /** Fraction digits of decimal, numeric, time, datetime2 and datetimeoffset. */
  readonly scale?: number;
}

export interface Identity {
  readonly seed: string;
  readonly increment: string;
  readonly notForReplication: boolean;
}

export interface Column {
  readonly name: string;
  /** 0-based position in the table. */
  readonly ordinal: number;
  /** `sql_variant` for a computed column of a script, which does not say what its expression yields. */
  readonly type: SqlType;
  /** As the schema wrote it, without quotes: `dbo.PhoneNumber`, `nvarchar(40)`; `AS …` for a computed column. */
  readonly declaredType: string;
  /** The alias type that the column is of, as `tableName` writes names: one of the schema's `userTypes`. */
  readonly userType?: TableName;
  readonly nullable: boolean;
  /** The column's own collation, or the database's where the schema says it. */
  readonly collation?: string;
  /** Its declaration names none: the collation is the database's, as the recipe says or assumes it. */
  readonly inheritsCollation?: true;
  readonly identity?: Identity;
  /** `ROWGUIDCOL`. */
  readonly rowGuid?: true;
  readonly computed?: { readonly expression: string; readonly persisted: boolean };
  /** `GENERATED ALWAYS AS ROW START | END`: a period column of a temporal table; or a column of a ledger table. */
  readonly generated?: "row-start" | "row-end" | "ledger";
  /** Of a temporal table whose own times are rebuilt: a period column that is filled like others, NULL being left to the load. */
  readonly period?: "start" | "end";
  /** `HIDDEN`: no part of `SELECT *`. */
  readonly hidden?: true;
  readonly default?: { readonly name?: string; readonly expression: string };
}

export interface Key {
  readonly name?: string;
  readonly columns: readonly string[];
  /** It is a unique index rather than a constraint: its CREATE INDEX is among the table's attachments. */
  readonly isIndex?: true;
  /** Undefined where the schema leaves it to the server. */
  readonly clustered?: boolean;
}

export interface ForeignKey {
  readonly name?: string;
  readonly columns: readonly string[];
  readonly references: TableName;
  /** Empty where the schema leaves it to the referenced table's primary key. */
  readonly referencedColumns: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  readonly notForReplication: boolean;
  /** The schema leaves it switched off (`NOCHECK CONSTRAINT`). */
  readonly disabled: boolean;
}

export interface Check {
  readonly name?: string;
  readonly expression: string;
  readonly disabled: boolean;
}

export type AttachmentKind =
  | "index"
  | "trigger"
  | "grant"
  | "deny"
  | "revoke"
  | "default-binding"
  | "rule-binding"
  | "extended-property"
  | "statistics"
  | "table-option"
  | "full-text";

/** A trigger keeps them from when it was made. */
export type ModuleSetting = "QUOTED_IDENTIFIER" | "ANSI_NULLS";

/** What dies with a table besides its rows and constraints, kept verbatim for the rebuild. */
export interface Attachment {
  readonly kind: AttachmentKind;
  readonly sql: string;
  /** 1-based line in the schema file. */
  readonly line: number;
  /** Of the index, statistics, trigger or extended property that the statement makes; undefined for a statement that may run twice. */
  readonly name?: string;
  /** Settings that were off where a trigger was made, and that its text depends on. */
  readonly settingsOff?: readonly ModuleSetting[];
  /** Of an extended property: the column, index… of the table that it describes. */
  readonly part?: { readonly type: string; readonly name: string };
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly id: TableName;
  readonly columns: readonly Column[];
  readonly primaryKey?: Key;
  readonly unique: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  readonly attachments: readonly Attachment[];
}

export interface UserType {
  readonly schema: string;
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly sql: string;
  /** Calls that bind a default or a rule to the type itself; its columns take them over. */
  readonly bindings: readonly string[];
}

export interface DatabaseSchema {
  readonly tables: readonly Table[];
  readonly userTypes: readonly UserType[];
  /** CREATE DEFAULT and CREATE RULE objects that tables bind to, verbatim. */
  readonly boundObjects: readonly { readonly name: string; readonly sql: string }[];
  /** What the schema file held that no table needs: `{ procedure: 7, view: 16 }`. */
  readonly skipped: Readonly<Record<string, number>>;
  /** What a catalog keeps to itself, as sentences: it is told with the results. */
  readonly notes?: readonly string[];
}

declare const brand: unique symbol;
/** `schema.table`; a part that holds a dot or a bracket is written in brackets. */
export type TableName = string & { readonly [brand]: "TableName" };

function quotePart(part: string): string {
  return /[.[\]"]/.test(part) ? `[${part.replaceAll("]", "]]")}]` : part;
}

/** The one textual form of a table's name: `dbo.Order Details`, `dbo.[a.b]`. */
export function tableName(schema: string, name: string): TableName {
  return `${quotePart(schema)}.${quotePart(name)}` as TableName;
}

/** The staged column that holds a row's own time (the recipe's `modifiedAt`); no part of the target table. */
export const rowTime = "#modifiedAt";

/** The table as a source whose rows are timed is asked for it. */
export function withRowTime(table: Table): Table {
  const type: SqlType = { name: "datetime2", scale: 7 };
  const column: Column = {
    name: rowTime,
    ordinal: table.columns.length,
    type,
    declaredType: "datetime2",
    nullable: true,
  };
  return { ...table, columns: [...table.columns, column] };
}

/** Columns that an INSERT can fill: not computed, not rowversion, not generated (GOTCHAS 13). */
export function isStored(column: Column): boolean {
  return column.computed === undefined && column.generated === undefined && column.type.name !== "timestamp";
}

export function storedColumns(table: Table): Column[] {
  return table.columns.filter(isStored);
}

/** Names compare as SQL Server's catalog does by default: without regard to case. */
export function sameName(left: string, right: string): boolean {
  return left === right || left.toUpperCase() === right.toUpperCase();
}

export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => sameName(column.name, name));
}

export function findTable(schema: DatabaseSchema, id: string): Table | undefined {
  return schema.tables.find((table) => sameName(table.id, id));
}
