/** What the statements read so far have set: the state of the server's session at this place of the script. */
import type { DateOrder } from "../../values/codec.ts";
import type { Dialect } from "./dialects/dialect.ts";
import type { LexicalSettings } from "./dialects/lexer.ts";
import type { Naming, ScriptTable } from "./names.ts";
import type { SqlScriptOptions } from "./options.ts";

/** A column of a CREATE TABLE, as far as an INSERT without a column list has to know it. */
export interface ScriptColumn {
  readonly name: string;
  /** `default-only`: rowversion and period columns, which take nothing but DEFAULT or NULL. */
  readonly kind: "plain" | "identity" | "computed" | "default-only";
  /** As the script declares it, in lower case, where values are read by it: `timestamp(6) with time zone`. */
  readonly type?: string;
}

/** One script's session. Keys of tables are {@link ScriptTable.key}s. */
export class Session implements Naming {
  readonly dialect: Dialect;
  readonly schema: string;
  /** undefined: an order that is not read. */
  dateOrder: DateOrder | undefined;
  quotedIdentifier: boolean;
  /** The table whose identity column takes values; one a session (GOTCHAS 4). */
  identityInsert: string | undefined;
  readonly created = new Map<string, readonly ScriptColumn[]>();
  readonly inserted = new Set<string>();
  /** Changes when a table's columns, as an INSERT without list means them, may have changed. */
  generation = 0;

  readonly lexical: LexicalSettings;
  /** The database that USE names, for engines whose tables stand right in one. */
  database: string | undefined;
  /** MySQL: is the session's clock UTC, so that a TIMESTAMP is a moment? */
  isUtc = false;
  /** SQL*Plus: is `&name` replaced by something else? */
  substitutes: boolean;
  /** Oracle: how text becomes a DATE, where ALTER SESSION says it. */
  readonly dateModels = new Map<string, string>();

  constructor(options: Pick<SqlScriptOptions, "schema" | "dateFormat" | "quotedIdentifier">, dialect: Dialect) {
    this.dialect = dialect;
    this.lexical = { ...dialect.settings };
    this.substitutes = dialect.id === "oracle";
    this.schema = options.schema;
    this.dateOrder = options.dateFormat;
    this.quotedIdentifier = options.quotedIdentifier;
  }

  nameTable(parts: readonly string[]): ScriptTable | undefined {
    return this.dialect.nameTable(parts, this);
  }

  create(table: string, columns: readonly ScriptColumn[]): void {
    this.created.set(table, columns);
    this.generation++;
  }

  /** Names without a database mean other tables from here on. */
  use(database: string): void {
    this.database = database;
    this.generation++;
  }

  /** Columns are read in another way from here on. */
  setUtc(isUtc: boolean): void {
    if (this.isUtc === isUtc) return;
    this.isUtc = isUtc;
    this.generation++;
  }

  setIdentityInsert(table: string, isOn: boolean): void {
    if (isOn) this.identityInsert = table;
    else if (this.identityInsert === table) this.identityInsert = undefined;
    this.generation++;
  }
}
