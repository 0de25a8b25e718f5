/** One client: logs in, then asks; an answer at a time. */
import type { Duplex } from "node:stream";
import type { Backend, Result, Session, TdsValue } from "./backend.ts";
import { ServerError } from "./backend.ts";
import { MessageWriter, packetTypes } from "./packets.ts";
import { challenge, readAuthenticate, readNegotiate } from "./ntlm.ts";
import type { Message } from "./packets.ts";
import { readBatch, readLogin, readRpc, readTransaction } from "./requests.ts";
import type { LoginRequest } from "./requests.ts";
import {
  doneToken,
  errorToken,
  federationAck,
  loginAck,
  loginChanges,
  returnStatus,
  rowWriter,
  sspiToken,
  transactionChange,
} from "./tokens.ts";
import type { DoneKind } from "./tokens.ts";

/** What tests see of the clients. */
export interface Log {
  readonly logins: LoginRequest[];
  /** Every statement, as it came. */
  readonly statements: string[];
}

export class Connection {
  readonly #socket: Duplex;
  readonly #backend: Backend;
  readonly #log: Log;
  #login: LoginRequest | undefined;
  /** Of whom an answer to the challenge is awaited. */
  #challenged: LoginRequest | undefined;
  #session: Session | undefined;
  #isCancelled = false;
  #answering: Promise<void> = Promise.resolve();

  constructor(socket: Duplex, backend: Backend, log: Log) {
    this.#socket = socket;
    this.#backend = backend;
    this.#log = log;
  }

  receive(message: Message): void {
    if (message.type === packetTypes.attention) this.#isCancelled = true;
    this.#answering = this.#answering.then(() => this.#answer(message)).catch(() => this.close());
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#socket.destroy();
  }

  async #answer(message: Message): Promise<void> {
    const out = new MessageWriter(this.#socket, this.#login?.packetSize ?? 4096);
    if (message.type === packetTypes.login) await this.#greet(readLogin(message.body), out);
    else if (message.type === packetTypes.ntlm && this.#challenged !== undefined)
      await this.#logIn({ ...this.#challenged, ...readAuthenticate(message.body) }, out);
    else if (this.#login === undefined || this.#session === undefined) throw new Error("nobody has logged in");
    else if (message.type === packetTypes.attention) await this.#acknowledgeAttention(out);
    else await this.#request(message, out, this.#login, this.#session);
  }

  async #greet(login: LoginRequest, out: MessageWriter): Promise<void> {
    if (login.negotiate === undefined) return this.#logIn(login, out);
    this.#challenged = login;
    await out.write(sspiToken(challenge(readNegotiate(login.negotiate))));
    return out.end();
  }

  async #logIn(login: LoginRequest, out: MessageWriter): Promise<void> {
    this.#log.logins.push(login);
    const { version, database, packetSize } = login;
    try {
      this.#session = this.#backend.connect(login);
      this.#login = login;
      await out.write(loginChanges(database || "master", packetSize));
      await out.write(loginAck(version, this.#backend.version));
      if (login.token !== undefined) await out.write(federationAck());
      await out.write(doneToken("batch", {}, version));
      await out.end();
    } catch (error) {
      await this.#fail(error, out, { kind: "batch", login });
      this.#socket.end();
    }
  }

  async #acknowledgeAttention(out: MessageWriter): Promise<void> {
    this.#isCancelled = false;
    await out.write(doneToken("batch", { cancelled: true }, this.#login?.version ?? "7.4"));
    await out.end();
  }

  async #request({ type, body }: Message, out: MessageWriter, login: LoginRequest, session: Session): Promise<void> {
    const { version } = login;
    if (type === packetTypes.batch)
      return this.#execute(readBatch(body, version), new Map(), { kind: "batch", login, session, out });
    if (type === packetTypes.transaction) {
      const kind = readTransaction(body, version);
      if (kind === undefined) throw new Error("an unknown transaction request");
      session.transaction(kind);
      await out.write(transactionChange(kind));
      await out.write(doneToken("batch", {}, version));
      return out.end();
    }
    if (type !== packetTypes.rpc) throw new Error(`a message of type ${type}`);
    const { procedure, parameters } = readRpc(body, version);
    const [statement, , ...values] = parameters;
    if (procedure.toLowerCase() !== "sp_executesql")
      return this.#fail(new ServerError(2812, `Could not find stored procedure '${procedure}'.`), out, {
        kind: "procedure",
        login,
      });
    const named = new Map(values.map(({ name, value }) => [name, value]));
    return this.#execute(textOf(statement?.value), named, { kind: "procedure", login, session, out });
  }

  async #execute(
    sql: string,
    parameters: ReadonlyMap<string, TdsValue>,
    { kind, login, session, out }: Answer,
  ): Promise<void> {
    this.#log.statements.push(sql);
    const own: DoneKind = kind === "batch" ? "batch" : "inProcedure";
    try {
      let held: Buffer | undefined;
      for await (const result of session.execute(sql, parameters)) {
        if (held !== undefined) await out.write(held);
        const rows = await this.#result(result, out, login);
        held = doneToken(own, { ...(rows === undefined ? {} : { rows }), more: true }, login.version);
        if (this.#isCancelled) break;
      }
      if (held !== undefined) await out.write(held);
      await this.#finish(kind, out, login);
    } catch (error) {
      await this.#fail(error, out, { kind, login });
    }
  }

  async #result(result: Result, out: MessageWriter, { version }: LoginRequest): Promise<number | undefined> {
    if (result.kind === "done") return undefined;
    const writer = rowWriter(result.columns, version);
    await out.write(writer.metadata);
    let rows = 0;
    for await (const row of result.rows) {
      if (this.#isCancelled) break;
      rows++;
      await out.write(writer.row(row));
    }
    return rows;
  }

  async #finish(kind: DoneKind, out: MessageWriter, { version }: LoginRequest): Promise<void> {
    if (kind === "procedure") await out.write(returnStatus());
    await out.write(doneToken(kind, {}, version));
    await out.end();
  }

  async #fail(error: unknown, out: MessageWriter, { kind, login }: Pick<Answer, "kind" | "login">): Promise<void> {
    const said = error instanceof ServerError ? error : new ServerError(50_000, String(error));
    await out.write(errorToken(said, login.version));
    await out.write(doneToken(kind, { failed: true }, login.version));
    await out.end();
    if (said.severity >= 20) this.close();
  }
}

function textOf(value: TdsValue | undefined): string {
  return typeof value === "string" ? value : "";
}

interface Answer {
  readonly kind: "batch" | "procedure";
  readonly login: LoginRequest;
  readonly session: Session;
  readonly out: MessageWriter;
}
