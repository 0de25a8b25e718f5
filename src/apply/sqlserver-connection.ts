/**
 * One connection to a SQL Server, by the driver itself: a pool would put a new connection in the place of one that broke, without the transaction, and the rest of a script would be
 * kept piece by piece.
 */
import { Connection, Request } from "tedious";
import type { ConnectionConfiguration } from "tedious";
import type { config } from "mssql";

export class BatchConnection {
  readonly #connection: Connection;
  readonly #ended: Promise<void>;

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#ended = new Promise((resolve) => connection.once("end", resolve));
    // A connection that breaks is told of by the batch that waits for it.
    connection.on("error", () => undefined);
  }

  /** Rejects with what the driver or the server says. */
  static async open(settings: config): Promise<BatchConnection> {
    const connection = new Connection(driverSettings(settings));
    const opened = new BatchConnection(connection);
    await new Promise<void>((resolve, reject) =>
      connection.connect((error) => (error === undefined || error === null ? resolve() : reject(error))),
    );
    return opened;
  }

  /** As a batch of its own: sp_executesql would forget a SET (GOTCHAS 4). Rejects with the first error. */
  batch(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = new Request(sql, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(error instanceof AggregateError ? (error.errors as unknown[])[0] : error);
      });
      this.#connection.execSqlBatch(request);
    });
  }

  async close(): Promise<void> {
    this.#connection.close();
    await this.#ended;
  }
}

/** What the `mssql` package makes of its settings. */
function driverSettings({ server, port, database, user, password, domain, ...rest }: config): ConnectionConfiguration {
  const login = { userName: user, password, ...(domain === undefined ? {} : { domain }) };
  const authentication = rest.authentication ?? { type: domain === undefined ? "default" : "ntlm", options: login };
  const { connectionTimeout: connectTimeout, requestTimeout } = rest;
  const options = { ...rest.options, port, database, connectTimeout, requestTimeout };
  return { server, authentication, options } as ConnectionConfiguration;
}
