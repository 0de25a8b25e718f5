/** One transaction with a consistent snapshot, as far as the engines of the tables have part in it. */
import { Interrupted } from "../server/kind.ts";
import type { ReadRequest, RowBatch, ServerSnapshot } from "../server/kind.ts";
import { RowQueue } from "../server/row-queue.ts";
import { readCell } from "./cells.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { selectRows } from "./select.ts";
import type { Session, Sessions } from "./session.ts";

const clock = `SELECT CONCAT(REPLACE(UTC_TIMESTAMP(6), ' ', 'T'), 'Z') AS readAt`;

export class MysqlSnapshot implements ServerSnapshot {
  readonly isConsistent = true;
  readonly readAt: string;
  readonly #session: Session;
  readonly #circumstance: Circumstance;
  #isOver = false;

  private constructor(session: Session, readAt: string, circumstance: Circumstance) {
    this.#session = session;
    this.readAt = readAt;
    this.#circumstance = circumstance;
  }

  static async begin(sessions: Sessions, circumstance: Circumstance): Promise<MysqlSnapshot> {
    const session = await sessions.begin();
    try {
      const [now] = await session.ask<{ readAt: string }>(clock);
      return new MysqlSnapshot(session, now?.readAt ?? "", circumstance);
    } catch (error) {
      await session.abandon();
      throw failure(error, circumstance);
    }
  }

  async *rows(request: ReadRequest): AsyncGenerator<RowBatch> {
    const sql = selectRows(request);
    if (this.#isOver) throw new Interrupted(`MySQL at ${this.#circumstance.server}: the snapshot is over`);
    const queue = this.#send(sql);
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

  /** Sends the statement and lets its rows into a queue that holds the socket back. */
  #send(sql: string): RowQueue {
    const { connection, loss } = this.#session.link;
    const queue = new RowQueue({ pause: () => connection.pause(), resume: () => connection.resume() });
    const query = connection.query({ sql, rowsAsArray: true, typeCast: readCell });
    query.on("result", (row) => queue.push(row as unknown as RowBatch[number]));
    query.on("end", () => queue.end());
    query.on("error", (error) => queue.fail(error));
    loss.catch((error: unknown) => queue.fail(error));
    return queue;
  }
}

function subject({ relation, where }: ReadRequest): Partial<Circumstance> {
  return {
    ...(relation.name === undefined ? {} : { table: `${relation.name.schema}.${relation.name.name}` }),
    ...(where === undefined ? (relation.query === undefined ? {} : { fragment: "query" }) : { fragment: "where" }),
  };
}
