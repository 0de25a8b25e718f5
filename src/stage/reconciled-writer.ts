/** Writes `staging/reconciled.db`: the verdict of every row and cell, with the observations each came from. */
import type Database from "better-sqlite3";
import fs from "node:fs";
import { duplicateNotes } from "../reconcile/duplicates.ts";
import { twinNotes } from "../reconcile/identity.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { createScratch, promote, rewrite } from "./database.ts";
import type { Store } from "./database.ts";
import { TableWriter } from "./table-writer.ts";

/** The layout of `reconciled.db` and of the summaries that are kept with it; part of a reconciliation's fingerprint. */
export const reconciledFormat = 3;

const layout = `
  CREATE TABLE provenance (id INTEGER PRIMARY KEY, sources TEXT NOT NULL, shapes TEXT NOT NULL, winners TEXT NOT NULL, classes TEXT NOT NULL) STRICT;
  CREATE TABLE conflict (tableName TEXT NOT NULL, "key" ANY, keyText TEXT NOT NULL, columnName TEXT NOT NULL, class TEXT NOT NULL,
    rule TEXT, reason TEXT, value TEXT, sources TEXT NOT NULL, also TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    evidence TEXT) STRICT;
  CREATE TABLE constraintNote (tableName TEXT NOT NULL, note TEXT NOT NULL, kept INTEGER NOT NULL) STRICT;
  CREATE TABLE note (sentence TEXT NOT NULL) STRICT;
  CREATE TABLE tally (tableName TEXT PRIMARY KEY, keys INTEGER NOT NULL, highestIdentity TEXT) STRICT;
  CREATE TABLE absence (tableName TEXT NOT NULL, id INTEGER NOT NULL, previous INTEGER, class TEXT NOT NULL, evidence TEXT) STRICT;
`;

export class ReconciledWriter {
  readonly #file: string;
  readonly #scratch: string;
  readonly #whole: string;
  readonly #store: Store;
  readonly #insertConflict: Database.Statement;
  readonly #insertProvenance: Database.Statement;
  #patterns = 0;

  constructor(file: string) {
    this.#file = file;
    this.#scratch = `${file}.part`;
    this.#whole = `${file}.whole`;
    this.#store = createScratch(this.#scratch);
    this.#store.exec(`BEGIN; ${layout}`);
    this.#insertConflict = this.#store.prepare("INSERT INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#insertProvenance = this.#store.prepare("INSERT INTO provenance VALUES (?, ?, ?, ?, ?)");
  }

  /** Prepares a table; its rows come next, in key order. */
  begin(plan: TablePlan): TableWriter {
    return new TableWriter(this.#store, plan, {
      conflict: this.#insertConflict,
      provenance: ({ sources, shapes, winners, classes }) => {
        this.#insertProvenance.run(++this.#patterns, sources, shapes, winners, classes);
        return this.#patterns;
      },
    });
  }

  /** Records what a table came to; call it once, after its last row. `referenced`: the extreme id that child rows refer to. */
  end(rows: TableWriter, referenced: bigint | undefined): void {
    const highest = rows.highestIdentity(referenced)?.toString() ?? null;
    const insert = this.#store.prepare("INSERT INTO tally VALUES (?, ?, ?)");
    insert.run(rows.plan.table.id, rows.counts.keys, highest);
    this.note(twinNotes(rows.plan, rows.counts.twins));
    this.note(duplicateNotes(rows.plan, rows.counts.duplicates));
  }

  /** Sentences about the reconciliation as a whole. */
  note(sentences: readonly string[]): void {
    const insert = this.#store.prepare("INSERT INTO note VALUES (?)");
    for (const sentence of sentences) insert.run(sentence);
  }

  /** Gives the rows their final file, whose bytes follow from its rows alone: not from the portions in which they came. */
  finish(): void {
    this.#store.exec("COMMIT");
    rewrite(this.#store, this.#whole);
    this.#store.close();
    promote(this.#whole, this.#file);
    fs.rmSync(this.#scratch);
  }

  /** Leaves the rows in the scratch file, for another writer to take in; returns its path. */
  leave(): string {
    this.#store.exec("COMMIT");
    this.#store.close();
    return this.#scratch;
  }

  /** The store itself, for the verification that follows the merge in the same scratch file. */
  get store(): Store {
    return this.#store;
  }

  discard(): void {
    this.#store.close();
    for (const file of [this.#scratch, this.#whole]) fs.rmSync(file, { force: true });
  }
}
