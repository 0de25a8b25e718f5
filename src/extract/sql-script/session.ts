/** What the statements read so far have set: the state of the server's session at this place of the script. */
import type { DateOrder } from "../../values/codec.ts";
import type { SqlScriptOptions } from "./options.ts";

/** A column of a CREATE TABLE, as far as an INSERT without a column list has to know it. */
export interface ScriptColumn {
  readonly name: string;
  /** `default-only`: rowversion and period columns, which take nothing but DEFAULT or NULL. */
  readonly kind: "plain" | "identity" | "computed" | "default-only";
}

/** One script's session. Keys of tables are {@link ScriptTable.key}s. */
export class Session {
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

  constructor(options: SqlScriptOptions) {
    this.schema = options.schema;
    this.dateOrder = options.dateFormat;
    this.quotedIdentifier = options.quotedIdentifier;
  }

  create(table: string, columns: readonly ScriptColumn[]): void {
    this.created.set(table, columns);
    this.generation++;
  }

  setIdentityInsert(table: string, isOn: boolean): void {
    if (isOn) this.identityInsert = table;
    else if (this.identityInsert === table) this.identityInsert = undefined;
    this.generation++;
  }
}
