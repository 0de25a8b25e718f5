/** The reading of one table of a server: what has to be known of it, whichever way it is read. */
import { UserError } from "../../errors.ts";
import type { CaptureFolder } from "../capture/folder.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import type { TableMapping } from "../extractor.ts";
import type { ReadRequest, Relation, Server, ServerColumn, ServerSnapshot } from "./kind.ts";
import type { Link } from "./link.ts";

export interface TableJob {
  readonly mapping: TableMapping;
  readonly question: string;
  readonly folder: CaptureFolder;
  readonly link: Link;
  /** In how many ranges it is read side by side. */
  readonly ranges: number;
  /** At most so many connections at a time. */
  readonly connections: number;
  /** Can connections share a snapshot, so that ranges are of one moment? */
  readonly sharesSnapshots: boolean;
  readonly signal: AbortSignal;
  /** Rows that came, as they come. */
  onRows(rows: number): void;
  /** How many rows the server thinks there are. */
  onEstimate(rows: number): void;
}

/** How a table is read, once the server has described it. */
export interface Reading {
  readonly relation: Relation;
  readonly columns: readonly ServerColumn[];
  /** Indexes of the key columns among `columns`. */
  readonly key: readonly number[];
}

/** Whatever goes wrong, people are told with which table. */
export async function placed<Result>({ table }: TableMapping, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.where?.table !== undefined) throw error;
    const { what, remedy, where } = error;
    throw new UserError({ what, remedy, where: { ...where, table: table.id }, cause: error.cause });
  }
}

/** What the manifest says of a table once a snapshot of it is begun. */
export function noteSnapshot(table: CapturedTable, snapshot: ServerSnapshot): CapturedTable {
  const readAt = [...table.readAt, snapshot.readAt];
  // Two snapshots are two moments, however consistent each is.
  return { ...table, readAt, isConsistent: snapshot.isConsistent && readAt.length === 1 };
}

export async function withSnapshot<Result>(
  { link }: Pick<TableJob, "link">,
  work: (snapshot: ServerSnapshot, server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await link.server();
  const snapshot = await server.snapshot();
  try {
    return await work(snapshot, server);
  } finally {
    await snapshot.close();
  }
}

export function requestFor({ mapping }: TableJob, { relation, columns }: Reading): ReadRequest {
  return { relation, columns, where: mapping.where, after: undefined, upTo: undefined };
}

/** The first line of every file, so that it can be read without the manifest. */
export function headerOf({ columns }: Reading): string {
  return JSON.stringify({ columns: columns.map(({ name, declaredType }) => ({ name, type: declaredType })) });
}
