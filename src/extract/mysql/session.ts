/** Connections that only read: each is lent for one transaction and comes back without it. */
import mysql from "mysql2";
import type { Connection, RowDataPacket } from "mysql2";
import type { Address } from "../server/address.ts";
import { Interrupted } from "../server/kind.ts";
import { Seats } from "../server/seats.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";

const connectPatience = 15_000;
const begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/**
 * What a session has to be so that cells come in one form, whatever the server has set. Rows are taken no faster than they are staged, which must not
 * end the connection; what stands in `M!` is for MariaDB alone.
 */
function settings(lockTimeout: number): readonly string[] {
  const seconds = Math.max(1, Math.ceil(lockTimeout / 1000));
  return [
    "SET NAMES utf8mb4",
    `SET SESSION sql_mode = '', time_zone = '+00:00', lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds},
      net_write_timeout = 86400, wait_timeout = 86400, sql_select_limit = DEFAULT
      /*M!100300 , idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0 */`,
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
  ];
}

/** Runs one statement of the catalog's; values take the places of `?`. */
export type Ask = <Row>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A connection within a read-only transaction. */
export interface Session {
  readonly connection: Connection;
  readonly ask: Ask;
  /** Ends the transaction and gives the connection back; never throws. */
  release(): Promise<void>;
  /** Stops what runs and closes the connection; never throws. */
  abandon(): Promise<void>;
}

export interface SessionSettings {
  readonly address: Address;
  readonly connections: number;
  /** In milliseconds. */
  readonly lockTimeout: number;
}

export class Sessions {
  readonly #settings: SessionSettings;
  readonly #circumstance: Circumstance;
  readonly #seats: Seats;
  readonly #open = new Set<Session>();
  readonly #idle: Connection[] = [];
  #wasReached = false;
  #isClosed = false;

  constructor(given: SessionSettings, circumstance: Circumstance) {
    this.#settings = given;
    this.#circumstance = circumstance;
    this.#seats = new Seats(given.connections);
  }

  /** Waits for a connection and begins a transaction. Throws {@link Interrupted}, or UserError where the server does not let us in. */
  async begin(): Promise<Session> {
    const leave = await this.#seats.take();
    try {
      const session = this.#lend(this.#idle.pop() ?? (await this.#reach()), leave);
      await this.#prepare(session);
      this.#wasReached = true;
      return session;
    } catch (error) {
      leave();
      throw failure(error, { ...this.#circumstance, isFirst: !this.#wasReached });
    }
  }

  /** Runs `work` in a transaction of its own. */
  async within<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.begin();
    try {
      return await work(session);
    } finally {
      await session.release();
    }
  }

  /** Stops everything that runs and closes every connection; never throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map((session) => session.abandon()));
    await Promise.all(this.#idle.splice(0).map(end));
  }

  async #reach(): Promise<Connection> {
    const connection = mysql.createConnection(connectionConfig(this.#settings.address));
    // A connection that breaks while nobody waits for it is told of by the statement that comes next.
    connection.on("error", () => undefined);
    try {
      await connection.promise().connect();
      for (const setting of settings(this.#settings.lockTimeout)) await connection.promise().query(setting);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async #prepare(session: Session): Promise<void> {
    try {
      if (this.#isClosed) throw new Interrupted(`MySQL at ${this.#circumstance.server}: the source was closed`);
      await session.ask(begin);
    } catch (error) {
      await session.abandon();
      throw error;
    }
  }

  #lend(connection: Connection, leave: () => void): Session {
    const session: Session = {
      connection,
      ask: async <Row>(sql: string, values: readonly unknown[] = []) => {
        const [rows] = await connection.promise().query<RowDataPacket[]>(sql, [...values]);
        return rows as unknown as readonly Row[];
      },
      release: async () => {
        if (!this.#open.delete(session)) return;
        await this.#giveBack(connection);
        leave();
      },
      abandon: async () => {
        if (!this.#open.delete(session)) return;
        connection.destroy();
        await this.#kill(connection.threadId);
        leave();
      },
    };
    this.#open.add(session);
    return session;
  }

  async #giveBack(connection: Connection): Promise<void> {
    try {
      await connection.promise().query("ROLLBACK");
      if (this.#isClosed) await end(connection);
      else this.#idle.push(connection);
    } catch {
      connection.destroy();
    }
  }

  /** A server that sorts does not notice that nobody listens any more. It takes a second connection to tell it, in the place of the first. */
  async #kill(threadId: number): Promise<void> {
    const killer = mysql.createConnection(connectionConfig(this.#settings.address));
    killer.on("error", () => undefined);
    try {
      await killer.promise().query("KILL CONNECTION ?", [threadId]);
      await end(killer);
    } catch {
      killer.destroy();
    }
  }
}

async function end(connection: Connection): Promise<void> {
  await connection
    .promise()
    .end()
    .catch(() => connection.destroy());
}

function connectionConfig({ host, port, database, user, password, tls }: Address): mysql.ConnectionOptions {
  return {
    host,
    port,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { ssl: { rejectUnauthorized: tls.verify, verifyIdentity: tls.verify } }),
    connectTimeout: connectPatience,
    enableKeepAlive: true,
    charset: "utf8mb4",
    multipleStatements: false,
    flags: ["-LOCAL_FILES"],
    connectAttributes: { program_name: "salvage" },
    // Catalogs count in BIGINT and hold JSON.
    supportBigNumbers: true,
    dateStrings: true,
    jsonStrings: true,
  };
}
