/** One repeatable-read transaction: everything it reads is one state, which other connections can share. */
import { Query } from "pg";
import type { Client, QueryConfig } from "pg";
import { Interrupted } from "../server/kind.ts";
import type { ReadRequest, RowBatch, ServerSnapshot } from "../server/kind.ts";
import { RowQueue } from "../server/row-queue.ts";
import { cellTypes } from "./cells.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { showRelation } from "./names.ts";
import { selectRows } from "./select.ts";
import type { Statement } from "./select.ts";
import type { Session, Sessions } from "./session.ts";

const state = `SELECT pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "readAt",
  pg_catalog.pg_export_snapshot() AS "exportedAs"`;

interface State {
  readonly readAt: string;
  /** What other connections call this state by, as long as the transaction lasts. */
  readonly exportedAs: string;
}

export class PostgresSnapshot implements ServerSnapshot {
  readonly isConsistent = true;
  readonly readAt: string;
  readonly exportedAs: string;
  readonly #session: Session;
  readonly #circumstance: Circumstance;
  #isOver = false;

  private constructor(session: Session, { readAt, exportedAs }: State, circumstance: Circumstance) {
    this.#session = session;
    this.readAt = readAt;
    this.exportedAs = exportedAs;
    this.#circumstance = circumstance;
  }

  static async begin(
    sessions: Sessions,
    circumstance: Circumstance,
    like?: PostgresSnapshot,
  ): Promise<PostgresSnapshot> {
    const session = await sessions.begin(like?.exportedAs);
    try {
      const { rows } = await session.client.query<State>(state);
      const own = rows[0] as State;
      return new PostgresSnapshot(session, { ...own, readAt: like?.readAt ?? own.readAt }, circumstance);
    } catch (error) {
      await session.abandon();
      throw failure(error, circumstance);
    }
  }

  async *rows(request: ReadRequest): AsyncGenerator<RowBatch> {
    const statement = selectRows(request);
    if (this.#isOver) throw new Interrupted(`PostgreSQL at ${this.#circumstance.server}: the snapshot is over`);
    const queue = this.#send(statement);
    try {
      for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) yield batch;
    } catch (error) {
      throw failure(error, { ...this.#circumstance, ...subject(request) });
    } finally {
      if (!queue.isOver) await this.#abandon();
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#session.release();
  }

  async #abandon(): Promise<void> {
    this.#isOver = true;
    await this.#session.abandon();
  }

  /** Sends one statement, by the protocol that takes no more than one, and lets its rows into a queue that holds the socket back. */
  #send({ text, values }: Statement): RowQueue {
    const { client } = this.#session;
    const { stream } = (client as unknown as Client).connection;
    const queue = new RowQueue({ pause: () => stream.pause(), resume: () => stream.resume() });
    const config = { text, values: [...values], rowMode: "array", types: cellTypes, queryMode: "extended" };
    const query = new Query(config as QueryConfig);
    query.on("row", (row) => queue.push(row as unknown as RowBatch[number]));
    query.on("end", () => queue.end());
    query.on("error", (error) => queue.fail(error));
    client.query(query);
    return queue;
  }
}

function subject({ relation, where }: ReadRequest): Partial<Circumstance> {
  return {
    ...(relation.name === undefined ? {} : { table: showRelation(relation.name) }),
    ...(where === undefined ? (relation.query === undefined ? {} : { fragment: "query" }) : { fragment: "where" }),
  };
}
