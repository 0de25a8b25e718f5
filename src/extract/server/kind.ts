/**
 * What a kind of server is to the reading that all kinds share (`read.ts`): how it is reached, what it holds, how rows come. A kind
 * sends nothing but SELECT and SET (and what begins and ends a transaction that only reads, or stops a statement of its own).
 */
import type { z } from "zod";
import type { DatabaseSchema } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";

/** A column of a table, a view or a query of the server. */
export interface ServerColumn {
  readonly name: string;
  /** As the server writes it: `nvarchar(40)`, `timestamp with time zone`. */
  readonly declaredType: string;
  /** In whose order its texts stand; undefined: it has none, or nobody asks. */
  readonly collation?: string;
  /** Undefined: the server does not say (columns of queries and views). */
  readonly nullable: boolean | undefined;
  /**
   * Its values are moments, which come as text with an offset (`2026-03-01 12:00:00.123456+00:00`); where they feed a column without
   * offset they are put on the clock of the source's zone. Values of a type that itself stores an offset (datetimeoffset) are none.
   */
  readonly isInstant?: boolean;
  /** Why it is not read, so that it feeds nothing: `a rowversion says nothing outside of its database`; undefined: it is read. */
  readonly unread?: string;
}

/** How a table or view is called: schema (MySQL: database), and name. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Something that rows can be selected from. */
export interface Relation {
  /** Undefined for a query. */
  readonly name: RelationName | undefined;
  /** The recipe's `query`, exactly; undefined for tables and views. */
  readonly query: string | undefined;
  /** In the server's order. */
  readonly columns: readonly ServerColumn[];
  /**
   * The columns of a unique key that is never NULL, in whose order rows can be read and reading resumed. Empty where there is none: views,
   * queries, heaps.
   */
  readonly key: readonly string[];
  /** For progress; undefined where the server has no cheap estimate. */
  readonly estimatedRows: number | undefined;
  /**
   * Why what is read may not be what is there, as sentences about it: `column Email is masked for this login`, `a row security policy (Rls.Filter)
   * hides rows`. Coverage is then not complete (GOTCHAS 29).
   */
  readonly limits: readonly string[];
}

export interface ReadRequest {
  readonly relation: Relation;
  /** In the order in which the cells of a row come. Never empty. */
  readonly columns: readonly ServerColumn[];
  /** The recipe's `where`, in the server's own SQL, already refused where it is more than one expression. */
  readonly where: string | undefined;
  /** Only rows behind this key, as its cells came; undefined: from the first. Only where the relation has a key. */
  readonly after: readonly RawValue[] | undefined;
  /** Only rows up to this key, inclusive; undefined: to the last. */
  readonly upTo: readonly RawValue[] | undefined;
}

/**
 * Up to about a thousand rows; each cell as a codec can read it without loss (src/values/codec.ts): exact decimals, dates, times and long
 * integers as text (ISO 8601, blank or `T` between date and time), floats as numbers, bits as booleans or numbers, binary as bytes.
 */
export type RowBatch = readonly (readonly (RawValue | null)[])[];

/** One connection that sees one state of the data, where the server can give that. */
export interface ServerSnapshot {
  /** The server's clock when it began: ISO 8601, UTC. */
  readonly readAt: string;
  /** Do all its reads see one state? Not so where the server has no snapshots, or the database does not allow them. */
  readonly isConsistent: boolean;
  /**
   * Streams rows in key order (any order where there is no key), with back-pressure: nothing more is fetched than is taken. Leaving the iteration
   * early cancels the statement, and the snapshot with it: reading on from it throws {@link Interrupted}. Throws {@link Interrupted} where the connection broke, UserError where asking again is no use.
   */
  rows(request: ReadRequest): AsyncIterable<RowBatch>;
  /** Ends the transaction and gives the connection back; never throws. */
  close(): Promise<void>;
}

/** A server that was reached. */
export interface Server {
  /** For people: `SQL Server 15.0.4123 (2019) at db.example:1433, database Shop`. Never a password. */
  readonly description: string;
  /** What people should know of the whole source: `the login cannot see the definitions of 3 tables`. */
  readonly warnings: readonly string[];
  /** The tables and views that the login may select from. */
  relations(): Promise<readonly RelationName[]>;
  /** Throws UserError where it is not there or may not be read. */
  describe(name: RelationName): Promise<Relation>;
  /** The columns of a query. Throws UserError for anything but one SELECT. */
  describeQuery(sql: string): Promise<Relation>;
  /** Throws UserError where the server does not take the recipe's `where`; reads no row. */
  checkWhere(relation: Relation, where: string): Promise<void>;
  /** The whole catalog as the model of the lost tables, types mapped to SQL Server's: the same as the DDL would give. */
  schema(): Promise<DatabaseSchema>;
  /** Takes a connection (waiting where `connections` are in use) and begins a snapshot. */
  snapshot(options?: {
    /** Another snapshot's state, where the server can share it. */ readonly like?: ServerSnapshot;
  }): Promise<ServerSnapshot>;
  /** Closes every connection; never throws. */
  close(): Promise<void>;
}

export interface Surroundings {
  readonly signal: AbortSignal;
}

export interface ServerKind<Schema extends z.ZodObject = z.ZodObject> {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** A strict object with {@link serverOptions} among its fields; every field described. */
  readonly options: Schema;
  /** YAML of a source that uses it. */
  readonly example: string;
  /** Where the options point, to tell one server from another: `db.example:1433/Shop`; without user and password. */
  locate(options: z.infer<Schema>): string;
  /** Can several connections share one snapshot, so that ranges read in parallel are one state? */
  readonly sharesSnapshots: boolean;
  /** Throws {@link Interrupted} where another try may help, else UserError that names host, port, database and user, never the password. */
  connect(options: z.infer<Schema>, surroundings: Surroundings): Promise<Server>;
}

/** Types a kind's object literal; it adds nothing at run time. */
export function defineServerKind<Schema extends z.ZodObject>(kind: ServerKind<Schema>): ServerKind<Schema> {
  return kind;
}

/** The connection broke, or the server refused for now (deadlock, lock timeout, too many connections): another try may succeed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
