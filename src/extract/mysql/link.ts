/** One connection of the driver. Its loss reaches whoever waits for it: the driver tells statements that stream nothing. */
import mysql from "mysql2";
import type { Connection, ConnectionOptions, RowDataPacket } from "mysql2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { guardSocket } from "../server/guarded-socket.ts";
import { Interrupted } from "../server/kind.ts";

export class Link {
  readonly connection: Connection;
  /** Rejects when the connection breaks or is cut; never resolves. */
  readonly loss: Promise<never>;
  #isLost = false;
  #localPort: number | undefined;
  #lose: (error: unknown) => void = () => undefined;

  constructor(options: ConnectionOptions) {
    this.loss = new Promise((_resolve, reject) => {
      this.#lose = (error) => {
        this.#isLost = true;
        reject(error);
      };
    });
    // A connection may break while nobody waits for it.
    this.loss.catch(() => undefined);
    this.connection = mysql.createConnection(options);
    this.connection.on("error", (error) => this.#lose(error));
  }

  get #socket(): Duplex {
    return (this.connection as unknown as { readonly stream: Duplex }).stream;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Resolves when the server has let us in. */
  async open(): Promise<void> {
    await Promise.race([this.connection.promise().connect(), this.loss]);
    guardSocket(this.#socket);
    this.#localPort = (this.#socket as Socket).localPort;
  }

  /** By which the server knows us, while we are connected and after. */
  get localPort(): number | undefined {
    return this.#localPort;
  }

  /** Runs one statement; values take the places of `?`. */
  async ask<Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const [rows] = await Promise.race([this.connection.promise().query<RowDataPacket[]>(sql, [...values]), this.loss]);
    return rows as unknown as readonly Row[];
  }

  /** Says goodbye; never throws. */
  async end(): Promise<void> {
    await Promise.race([this.connection.promise().end(), this.loss]).catch(() => this.cut());
  }

  /** Closes the connection at once, whatever runs on it. */
  cut(): void {
    this.#lose(new Interrupted("the connection was given up"));
    this.connection.destroy();
    // The driver waits for the server to close its side, which it may not do while it sends.
    this.#socket.destroy();
  }
}
