/** What runs rebuild scripts in a database: one of each dialect. */
import type { TargetDatabase } from "../verify/target/database.ts";

/** How a data file says that it was loaded before (see the emitters). */
const saysLoaded = /tablesalvage: rows of this file are .*already/;

/** The database did not do what a script asked. */
export class LoadFailure extends Error {
  override readonly name = "LoadFailure";
  /**
   * `refused`: the database said no, and keeps nothing of the script · `loaded`: what the script brings is there already · `lost`: the connection broke, so that nobody knows whether the
   * script was kept.
   */
  readonly kind: "refused" | "loaded" | "lost";

  /** `kind` as the driver tells; that the rows are there already is told by the scripts themselves. */
  static of(kind: "refused" | "lost", message: string, cause: unknown): LoadFailure {
    return new LoadFailure(kind === "refused" && saysLoaded.test(message) ? "loaded" : kind, message, cause);
  }

  constructor(kind: LoadFailure["kind"], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** A connection of its own: settings and unfinished transactions end with it. */
export interface LoadSession {
  /** Throws {@link LoadFailure}. */
  run(statement: string): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** How all scripts are run in one transaction that is rolled back. */
export interface Rehearsal {
  readonly begin: string;
  readonly rollback: string;
  /** The statement without what begins or ends a transaction; empty where nothing is left. */
  within(statement: string): string;
}

export interface Loader {
  /** Of the emitter whose scripts it runs. */
  readonly dialect: string;
  /** Of the extractor that reads such databases, by which a target is told. */
  readonly extractor: string;
  /** What is sent at a time, in order. */
  statements(script: Buffer): readonly string[];
  /** Undefined: such a database keeps what CREATE TABLE does, whatever becomes of the transaction. */
  readonly rehearsal: Rehearsal | undefined;
  /** Throws UserError where the database cannot be reached. */
  open(target: TargetDatabase): Promise<LoadSession>;
}
