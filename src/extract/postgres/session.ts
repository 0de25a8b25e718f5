/** Connections that only read: each is lent for one transaction and comes back without it. */
import { DatabaseError, escapeLiteral, Pool } from "pg";
import type { Client, PoolClient, PoolConfig } from "pg";
import type { Address } from "../server/address.ts";
import { guardSocket } from "../server/guarded-socket.ts";
import { Interrupted } from "../server/kind.ts";
import { Seats } from "../server/seats.ts";
import { requestCancel } from "./cancel.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";

const connectPatience = 15_000;
const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** What a session has to be so that cells come in one form, whatever the server, the database or the role has set. */
function settingsFor(lockTimeout: number): Readonly<Record<string, string>> {
  return {
    search_path: "pg_catalog, public",
    TimeZone: "UTC",
    DateStyle: "ISO, YMD",
    IntervalStyle: "postgres",
    extra_float_digits: "3",
    bytea_output: "hex",
    xmloption: "content",
    standard_conforming_strings: "on",
    default_transaction_read_only: "on",
    lock_timeout: String(lockTimeout),
    // Rows are taken no faster than they are staged, which must not end the transaction.
    idle_in_transaction_session_timeout: "0",
    statement_timeout: "0",
    transaction_timeout: "0",
    application_name: "salvage",
  };
}

/** For this transaction alone, so that it holds behind a pooler too; a setting that this version does not know is left out. */
const applySettings = `SELECT pg_catalog.set_config(wanted.name, wanted.value, true)
FROM pg_catalog.json_each_text($1::pg_catalog.json) AS wanted (name, value)
JOIN pg_catalog.pg_settings AS known ON pg_catalog.lower(known.name) = pg_catalog.lower(wanted.name)`;

/** A connection within a read-only transaction. */
export interface Session {
  readonly client: PoolClient;
  /** Ends the transaction and gives the connection back; never throws. */
  release(): Promise<void>;
  /** Stops what runs and closes the connection; never throws. */
  abandon(): Promise<void>;
}

interface LentClient extends PoolClient {
  readonly processID: number;
  readonly secretKey: number;
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
  readonly #pool: Pool;
  readonly #seats: Seats;
  readonly #open = new Set<Session>();
  #wasReached = false;
  #isClosed = false;

  constructor(settings: SessionSettings, circumstance: Circumstance) {
    this.#settings = settings;
    this.#circumstance = circumstance;
    this.#seats = new Seats(settings.connections);
    this.#pool = new Pool({ ...clientConfig(settings.address), max: settings.connections });
    // A connection that breaks while nobody waits for it is told of by the statement that comes next.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => {
      client.on("error", () => undefined);
      guardSocket((client as unknown as Client).connection.stream);
    });
  }

  /**
   * Waits for a connection and begins a transaction, in the state of the snapshot that is named. Throws {@link Interrupted}, or UserError where
   * the server does not let us in.
   */
  async begin(snapshotId?: string): Promise<Session> {
    const leave = await this.#seats.take();
    try {
      const session = this.#lend((await this.#pool.connect()) as LentClient, leave);
      await this.#prepare(session, snapshotId);
      this.#wasReached = true;
      return session;
    } catch (error) {
      leave();
      throw failure(error, { ...this.#circumstance, isFirst: !this.#wasReached });
    }
  }

  /** Runs `work` in a transaction of its own. */
  async within<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const session = await this.begin();
    try {
      return await work(session.client);
    } finally {
      await session.release();
    }
  }

  /** Stops everything that runs and closes every connection; never throws. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map((session) => session.abandon()));
    if (!this.#pool.ending) await this.#pool.end().catch(() => undefined);
  }

  async #prepare(session: Session, snapshotId: string | undefined): Promise<void> {
    const settings = settingsFor(this.#settings.lockTimeout);
    try {
      if (this.#isClosed) throw new Interrupted(`PostgreSQL at ${this.#circumstance.server}: the source was closed`);
      await session.client.query(begin);
      if (snapshotId !== undefined) await session.client.query(`SET TRANSACTION SNAPSHOT ${escapeLiteral(snapshotId)}`);
      await session.client.query(applySettings, [JSON.stringify(settings)]);
    } catch (error) {
      await session.abandon();
      throw snapshotId !== undefined && isLostSnapshot(error) ? snapshotGone(error) : error;
    }
  }

  #lend(client: LentClient, leave: () => void): Session {
    const giveBack = (destroy: boolean) => {
      if (!this.#open.delete(session)) return;
      client.release(destroy);
      leave();
    };
    const session: Session = {
      client,
      release: async () => {
        if (!this.#open.has(session)) return;
        const isWell = await client.query("ROLLBACK").then(
          () => true,
          () => false,
        );
        giveBack(!isWell);
      },
      abandon: async () => {
        if (!this.#open.has(session)) return;
        giveBack(true);
        await requestCancel(this.#settings.address, client.processID, client.secretKey);
      },
    };
    this.#open.add(session);
    return session;
  }
}

/** How a client is made that reaches the server as the recipe, or a target, says. */
export function clientConfig({ host, port, database, user, password, tls }: Address): PoolConfig {
  return {
    host,
    port,
    database,
    user,
    // A function, or the driver would look for one in its environment and in files.
    password: () => password ?? "",
    ssl: tls === undefined ? false : { rejectUnauthorized: tls.verify },
    connectionTimeoutMillis: connectPatience,
    keepAlive: true,
    application_name: "salvage",
  };
}

/** The transaction that showed its snapshot is over: invalid_parameter_value, undefined_object. */
function isLostSnapshot(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.code === "22023" || error.code === "42704");
}

function snapshotGone(cause: DatabaseError): Interrupted {
  return new Interrupted(`the snapshot to share is over (${cause.message})`, { cause });
}
