/** How scripts are written, whatever they are for: what a person says on the command line. */
import type { TargetDatabase } from "../verify/target/database.ts";

export interface EmitOptions {
  /** Only these tables, as the recipe would write them; undefined: all of the recipe. */
  readonly tables?: readonly string[];
  /** In place of the recipe's. */
  readonly ifExists?: "stop" | "skip";
  /** Are tables, keys and what hangs on them made where they are missing? */
  readonly createsSchema: boolean;
  /** A data file ends where it has so many rows, or bytes before they are compressed. */
  readonly split: { readonly rows: number; readonly bytes: number };
  /** Path of the manifest of scripts that are loaded: only what is new or changed since is written. */
  readonly since?: string;
  /** Only rows that this database has not. */
  readonly onlyMissing?: TargetDatabase;
  /** Two tables more say where each cell came from. */
  readonly provenance?: "table";
  /** Tables that fill a data file go into files for BULK INSERT, which the server reads from this folder; for SQL Server. */
  readonly bulkFolder?: string;
  /** Data files are gzipped. */
  readonly gzip: boolean;
  /** `none`: each batch is kept by itself, for loads that no transaction log has room for. */
  readonly transaction: "file" | "none";
}

export const defaultEmitOptions: EmitOptions = {
  createsSchema: true,
  split: { rows: 100_000, bytes: 16 * 1024 * 1024 },
  gzip: false,
  transaction: "file",
};
