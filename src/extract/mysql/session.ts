/** Connections that only read: each is lent for one transaction and comes back without it. */
import type { ConnectionOptions } from "mysql2";
import type { Address } from "../server/address.ts";
import { Interrupted } from "../server/kind.ts";
import { Seats } from "../server/seats.ts";
import { exactCells } from "./cells.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { Link } from "./link.ts";

const connectPatience = 15_000;
const begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/**
 * What a session has to be so that cells come in one form, whatever the server has set. Rows are taken no faster than they are staged, which must not
 * end the connection; what stands in `M!` is for MariaDB alone, what stands in `!50708` for MySQL alone.
 */
function settings(lockTimeout: number): readonly string[] {
  const seconds = Math.max(1, Math.ceil(lockTimeout / 1000));
  return [
    "SET NAMES utf8mb4",
    `SET SESSION sql_mode = '', time_zone = '+00:00', lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds},
      net_write_timeout = 86400, wait_timeout = 86400, sql_select_limit = DEFAULT
      /*M!100300 , idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, max_statement_time = 0 */
      /*!50708 , max_execution_time = 0 */`,
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
  ];
}

/** Runs one statement of the catalog's; values take the places of `?`. */
export type Ask = <Row>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A connection within a read-only transaction. */
export interface Session {
  readonly link: Link;
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
  #idle: Link[] = [];
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
      const session = this.#lend(this.#reuse() ?? (await this.#reach()), leave);
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
    await Promise.all(this.#idle.splice(0).map((link) => link.end()));
  }

  /** A connection that came back and is still there. */
  #reuse(): Link | undefined {
    this.#idle = this.#idle.filter(({ isLost }) => !isLost);
    return this.#idle.pop();
  }

  async #reach(): Promise<Link> {
    const link = new Link(connectionOptions(this.#settings.address));
    try {
      await link.open();
      for (const setting of settings(this.#settings.lockTimeout)) await link.ask(setting);
      return link;
    } catch (error) {
      link.cut();
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

  #lend(link: Link, leave: () => void): Session {
    const session: Session = {
      link,
      ask: (sql, values) => link.ask(sql, values),
      release: async () => {
        if (!this.#open.delete(session)) return;
        await this.#giveBack(link);
        leave();
      },
      abandon: async () => {
        if (!this.#open.delete(session)) return;
        link.cut();
        await this.#kill(link);
        leave();
      },
    };
    this.#open.add(session);
    return session;
  }

  async #giveBack(link: Link): Promise<void> {
    try {
      await link.ask("ROLLBACK");
      if (this.#isClosed) await link.end();
      else this.#idle.push(link);
    } catch {
      link.cut();
    }
  }

  /**
   * A server that sorts does not notice that nobody listens any more. It takes a second connection to tell it, in the place of the first. Behind a
   * proxy that may be another server, on which the number is somebody else's: only a connection from our own port is ended.
   */
  async #kill({ connection: { threadId }, localPort }: Link): Promise<void> {
    const killer = new Link(connectionOptions(this.#settings.address));
    try {
      await killer.open();
      const own = await killer.ask(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE ID = ? AND SUBSTRING_INDEX(HOST, ':', -1) = ?",
        [threadId, String(localPort)],
      );
      if (own.length > 0) await killer.ask("KILL CONNECTION ?", [threadId]);
      await killer.end();
    } catch {
      killer.cut();
    }
  }
}

/** How a connection is made that reaches the server as the recipe, or a target, says. */
export function connectionOptions({ host, port, database, user, password, tls }: Address): ConnectionOptions {
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
    ...exactCells,
  };
}
