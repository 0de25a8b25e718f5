/** Connections that only read: each holds one transaction as long as it is lent. */
import sql from "mssql";
import { readDuration } from "../../recipe/quantities.ts";
import { Seats } from "../server/seats.ts";
import type { MssqlAddress } from "./address.ts";
import { findInstance } from "./browser.ts";
import { failure } from "./failures.ts";
import type { Circumstance } from "./failures.ts";
import { connectGuarded } from "./guarded-connector.ts";
import type { MssqlOptions } from "./options.ts";

const connectPatience = 15_000;

/** A connection within a transaction. */
export interface Session {
  readonly transaction: sql.Transaction;
  /** Ends the transaction; never throws. */
  release(): Promise<void>;
}

const tediousVersions = { "7.1": "7_1", "7.2": "7_2", "7.3": "7_3_B", "7.4": "7_4" } as const;

export class Sessions {
  readonly #pool: sql.ConnectionPool;
  readonly #seats: Seats;
  readonly #settings: string;
  readonly #circumstance: Circumstance;
  readonly #open = new Set<Session>();
  #wasReached = false;

  constructor(address: MssqlAddress, options: MssqlOptions, circumstance: Circumstance) {
    this.#pool = new sql.ConnectionPool(configOf(address, options));
    // A connection that breaks while nobody waits for it is told of by the statement that comes next.
    this.#pool.on("error", () => undefined);
    this.#seats = new Seats(options.connections);
    this.#settings = `SET LOCK_TIMEOUT ${readDuration(options.lockTimeout)}; SET DEADLOCK_PRIORITY LOW; SET TEXTSIZE 2147483647`;
    this.#circumstance = circumstance;
  }

  async connect(): Promise<void> {
    await this.#pool.connect();
  }

  /** Waits for a connection and begins a transaction on it. Throws {@link Interrupted} or UserError. */
  async begin(isolation: sql.IIsolationLevel): Promise<Session> {
    const leave = await this.#seats.take();
    const transaction = new sql.Transaction(this.#pool);
    transaction.on("error", () => undefined);
    const session: Session = {
      transaction,
      release: async () => {
        if (!this.#open.delete(session)) return;
        await transaction.rollback().catch(() => undefined);
        leave();
      },
    };
    try {
      if (!this.#pool.connected) await this.#pool.connect();
      await transaction.begin(isolation);
      this.#open.add(session);
      this.#wasReached = true;
      await new sql.Request(transaction).batch(this.#settings);
      return session;
    } catch (error) {
      if (this.#open.has(session)) await session.release();
      else leave();
      throw failure(error, { ...this.#circumstance, wasReached: this.#wasReached });
    }
  }

  /** Never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((session) => session.release()));
    await this.#pool.close().catch(() => undefined);
  }
}

/** How a pool is made that reaches the server as the recipe, or a target, says. */
export function configOf(address: MssqlAddress, options: MssqlOptions): sql.config {
  const { host, port, instance, domain, database, user, password = "", tls } = address;
  const own = {
    encrypt: tls !== undefined,
    trustServerCertificate: tls?.verify === false,
    tdsVersion: tediousVersions[options.tdsVersion],
    readOnlyIntent: true,
    useUTC: true,
    appName: "salvage",
    enableArithAbort: true,
    connector: async () =>
      connectGuarded(host, instance === undefined ? port : await findInstance(host, instance), tls !== undefined),
  };
  return {
    server: host,
    port,
    database,
    user,
    password,
    ...(domain === undefined ? {} : { domain }),
    ...(options.authentication === undefined ? {} : { authentication: entra(options.authentication, user, password) }),
    connectionTimeout: connectPatience,
    // Until an answer begins; the silence between rows is the snapshot's to watch.
    requestTimeout: readDuration(options.statementTimeout),
    pool: { max: options.connections, min: 0 },
    options: own,
  } as sql.config;
}

function entra({ type, ...fields }: NonNullable<MssqlOptions["authentication"]>, userName: string, password: string) {
  return { type, options: { ...fields, ...(type.endsWith("password") ? { userName, password } : {}) } };
}
