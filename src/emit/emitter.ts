/** What an emitter is: it turns reconciled rows into the scripts of one dialect. Only emitters escape SQL. */
import type { Column, DatabaseSchema, Table } from "../schema/model.ts";
import type { WrittenFile } from "../files/atomic.ts";
import type { CellChange } from "../values/cell-change.ts";
import type { EmitOptions } from "./options.ts";
import type { CanonicalValue } from "../values/codec.ts";

/** A cell whose value stands for now, although people have to look at it. */
interface ProvisionalCell {
  /** As people read it: `10248`, or `10248, 11` for a composite key. */
  readonly key: string;
  readonly column: string;
  /** `contested: 3 values, no rule decided`. */
  readonly reason: string;
}

/** One table's reconciled rows, those to be emitted, in key order. */
export interface EmitTable {
  readonly table: Table;
  /** The stored columns, in table order: what each cell of a row is. */
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Batches of rows; each call starts anew. */
  rows(): Iterable<readonly (readonly CanonicalValue[])[]>;
  /** The extreme identity value seen in any source, in the direction of the increment; undefined without one. */
  readonly highestIdentity: bigint | undefined;
  readonly provisional: { readonly count: number; readonly first: readonly ProvisionalCell[] };
  readonly withheld: number;
  /** In a second wave: cells that were loaded with another value, and how many there are. */
  changes?(): Iterable<readonly CellChange[]>;
  readonly changedCells?: number;
  /** Sources whose cells are among the rows, the one with most rows first. */
  readonly sources: readonly string[];
}

export type ServerVersion = "2000" | "2005" | "2008" | "2012" | "2016" | "2022" | "azure";

export interface EmitRequest extends Omit<EmitOptions, "tables" | "ifExists" | "since" | "onlyMissing" | "provenance"> {
  readonly incident: string;
  readonly version: ServerVersion;
  readonly schema: DatabaseSchema;
  /** Stands for all that the scripts were made from: the same hash, the same scripts. Hex. */
  readonly evidence: string;
  /** `clean` or `needs-review`, in words for people. */
  readonly verdict: string;
  /** It brings what is new or changed since other scripts, by the SHA-256 of their manifest: rows of theirs are there. */
  readonly since?: string;
  /** The one that keys were compared under; does the recipe name it? */
  readonly collation: { readonly name: string; readonly isGiven: boolean };
  /** What people have to know before anything is loaded: said on top of the first script. */
  readonly warnings: readonly string[];
  /** In the order of the recipe; the emitter finds the order of loading. */
  readonly tables: readonly EmitTable[];
  /** `stop` at a duplicate key (default), or `skip` rows whose key is there already. */
  readonly ifExists: "stop" | "skip";
  /** Added to the highest identity seen: ids above it were lost too, and are printed on somebody's invoice. */
  readonly reseedMargin: number;
  /** The folder that gets the scripts; empty when the emitter is called. */
  readonly folder: string;
  readonly signal: AbortSignal;
  progress(rowsDone: number, rowsTotal: number): void;
}

export interface EmittedFile extends WrittenFile {
  /** Its place in the order of running, and what it is for. */
  readonly purpose:
    | "preflight"
    | "schema"
    | "data"
    | "constraints"
    | "attachments"
    | "bulk"
    | "verify"
    | "rollback"
    | "loader"
    | "manifest";
  readonly table?: string;
  readonly rows?: number;
}

export interface EmitResult {
  /** In the order of running; the manifest last. */
  readonly files: readonly EmittedFile[];
  /** Columns that an INSERT cannot fill, for the report: `dbo.Orders.Total is computed`. */
  readonly notes: readonly string[];
}

export interface Emitter {
  readonly id: string;
  readonly summary: string;
  /** Can scripts of this version carry the tables' names and types? Throws UserError: better before hours of reading than after. */
  check(tables: readonly Table[], version: ServerVersion): void;
  emit(request: EmitRequest): Promise<EmitResult>;
}
