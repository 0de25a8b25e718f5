/** The database that disaster strikes: a SQLite file that holds the truth, and is wrecked by real statements. */
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { identifier, tableIdentifier } from "../../emit/sqlserver/identifiers.ts";
import { nationalLiteral } from "../../emit/sqlserver/strings.ts";
import { Fault } from "../../errors.ts";
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import { affinityOf, cellDecoders, cellEncoders, needsBigInt } from "../../stage/cells.ts";
import type { SqliteCell } from "../../stage/cells.ts";
import { quoteName } from "../../stage/database.ts";
import { defaultConventions, Unparsable } from "../../values/codec.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import { Random } from "../random.ts";
import type { TruthTable } from "../truth/model.ts";
import type { Strike } from "./model.ts";

export class Sandbox {
  readonly #database: Database.Database;
  readonly #tables: readonly Table[];
  readonly #random: Random;

  /** Makes the file anew and fills it. */
  constructor(file: string, truth: readonly TruthTable[], seed: number) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(file, { force: true });
    this.#database = new Database(file);
    this.#database.pragma("journal_mode = off");
    this.#tables = truth.map(({ table }) => table);
    this.#random = new Random(seed, "disaster");
    this.#database.transaction(() => {
      for (const each of truth) this.#fill(each);
    })();
  }

  /** Lets one disaster happen; what a log of the server would have of it, as T-SQL. */
  strike(strike: Strike): string[] {
    if ("drop" in strike)
      return this.#named(strike.drop).map((table) =>
        this.#both(`DROP TABLE ${quoteName(table.id)}`, `DROP TABLE ${tableIdentifier(table)}`),
      );
    if ("truncate" in strike)
      return this.#named(strike.truncate).map((table) =>
        this.#both(`DELETE FROM ${quoteName(table.id)}`, `TRUNCATE TABLE ${tableIdentifier(table)}`),
      );
    if ("delete" in strike) return this.#delete(strike.delete);
    if ("nullify" in strike) return this.#each(strike.nullify, () => null, "NULL");
    if ("garble" in strike)
      return this.#each(strike.garble, (column) => this.#garbage(column), "CAST(NEWID() AS nvarchar(36))");
    const { table, column, to } = strike.update;
    return this.#each({ table, columns: [column], share: 1 }, (made) => canonical(made, to), tsqlLiteral(to));
  }

  /** What is left of the tables that are still there. */
  wreck(): TruthTable[] {
    return this.#tables.filter((table) => this.#exists(table)).map((table) => ({ table, rows: this.#rows(table) }));
  }

  close(): void {
    this.#database.close();
  }

  #fill({ table, rows }: TruthTable): void {
    const columns = storedColumns(table);
    const declared = columns.map((column) => `${quoteName(column.name)} ${affinityOf(column)}`);
    this.#database.exec(`CREATE TABLE ${quoteName(table.id)} (${declared.join(", ")})`);
    const insert = this.#database.prepare(
      `INSERT INTO ${quoteName(table.id)} VALUES (${columns.map(() => "?").join(", ")})`,
    );
    const encoders = cellEncoders(columns);
    for (const cells of rows) insert.run(encoders.map((encode, index) => encode(cells[index] ?? null)));
  }

  #rows(table: Table): CanonicalValue[][] {
    const columns = storedColumns(table);
    const decoders = cellDecoders(columns);
    const all = this.#database
      .prepare<[], SqliteCell[]>(`SELECT * FROM ${quoteName(table.id)} ORDER BY rowid`)
      .raw(true);
    if (columns.some((column) => needsBigInt(column))) all.safeIntegers(true);
    return all.all().map((row) => decoders.map((decode, index) => decode(row[index] ?? null)));
  }

  #exists(table: Table): boolean {
    return this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(table.id) !== undefined;
  }

  #named(names: readonly string[] | "all"): Table[] {
    return this.#tables.filter((table) => (names === "all" || names.includes(table.id)) && this.#exists(table));
  }

  #both(own: string, logged: string): string {
    this.#database.exec(own);
    return logged;
  }

  #rowIds(table: Table, share: number): number[] {
    const ids = this.#database
      .prepare(`SELECT rowid FROM ${quoteName(table.id)} ORDER BY rowid`)
      .pluck(true)
      .all() as number[];
    return share === 1 ? ids : this.#random.sample(ids, share);
  }

  #delete({ table: name, share }: { readonly table: string; readonly share: number }): string[] {
    return this.#named([name]).map((table) => {
      const remove = this.#database.prepare(`DELETE FROM ${quoteName(table.id)} WHERE rowid = ?`);
      for (const id of this.#rowIds(table, share)) remove.run(id);
      return `DELETE FROM ${tableIdentifier(table)} WHERE ${share} > RAND(CHECKSUM(NEWID()))`;
    });
  }

  #each(
    {
      table: name,
      columns,
      share,
    }: { readonly table: string; readonly columns: readonly string[]; readonly share: number },
    make: (column: Column) => CanonicalValue,
    logged: string,
  ): string[] {
    return this.#named([name]).map((table) => {
      const changed = columns.flatMap((column) => findColumn(table, column) ?? []);
      const set = changed.map((column) => `${quoteName(column.name)} = ?`).join(", ");
      const update = this.#database.prepare(`UPDATE ${quoteName(table.id)} SET ${set} WHERE rowid = ?`);
      const encoders = cellEncoders(changed);
      for (const id of this.#rowIds(table, share))
        update.run(...changed.map((column, at) => encoders[at]?.(make(column))), id);
      const assignments = changed.map((column) => `${identifier(column.name)} = ${logged}`);
      return `UPDATE ${tableIdentifier(table)} SET ${assignments.join(", ")}`;
    });
  }

  /** What an encrypting program leaves: bytes without a meaning, in the column's type. */
  #garbage({ type }: Column): CanonicalValue {
    const bytes = this.#random.bytes(12);
    if (["varbinary", "binary", "image"].includes(type.name)) return bytes;
    if (["varchar", "nvarchar", "char", "nchar", "text", "ntext"].includes(type.name)) {
      const text = Buffer.from(bytes).toString("base64");
      return typeof type.length === "number" ? text.slice(0, type.length) : text;
    }
    return null;
  }
}

/** The plan's check has let nothing pass that the column cannot hold. */
function canonical(column: Column, value: string | number | null): CanonicalValue {
  if (value === null) return null;
  const parsed = codecFor(column).parse(value, defaultConventions);
  if (parsed instanceof Unparsable) throw new Fault(`${column.name} cannot be ${value}: it ${parsed.reason}`);
  return parsed;
}

function tsqlLiteral(value: string | number | null): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : nationalLiteral(value);
}
