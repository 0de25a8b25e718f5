/**
 * A small TDS server: it speaks SQL Server's wire protocol, 7.1 to 7.4, to real drivers, with TLS or without. What it knows comes from its
 * {@link Backend}. Source: [MS-TDS], Microsoft's open specification.
 */
import net from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Backend } from "./backend.ts";
import { Connection } from "./connection.ts";
import type { Log } from "./connection.ts";
import { MessageReader, packet, packetTypes } from "./packets.ts";
import { encryption, preloginAnswer, readPrelogin } from "./requests.ts";
import { encrypt } from "./tls.ts";
import type { Certificate } from "./tls.ts";

export interface TdsServer extends Log {
  readonly port: number;
  /** Connections that are open now, and the most that ever were. */
  readonly connections: { readonly open: number; readonly most: number };
  /** Ends every connection; new ones are taken. */
  drop(): void;
  close(): Promise<void>;
}

export async function startTdsServer(backend: Backend, tls?: Certificate): Promise<TdsServer> {
  const log: Log = { logins: [], statements: [] };
  const sockets = new Set<Socket>();
  const connections = { open: 0, most: 0 };
  const server = net.createServer((socket) => {
    sockets.add(socket);
    connections.most = Math.max(connections.most, ++connections.open);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      connections.open--;
    });
    greet(socket, { backend, tls, log });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...log,
    connections,
    port: (server.address() as AddressInfo).port,
    drop,
    async close() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Served {
  readonly backend: Backend;
  readonly tls: Certificate | undefined;
  readonly log: Log;
}

/** Answers PRELOGIN, after which the client talks in the clear or through TLS. Clients of 7.1 may begin with their login. */
function greet(socket: Socket, { backend, tls, log }: Served): void {
  const messages = new MessageReader();
  const first = (chunk: Buffer): void => {
    const [message] = messages.read(chunk);
    if (message === undefined) return;
    socket.off("data", first);
    if (message.type !== packetTypes.prelogin) return talk(socket, { backend, log }).receive(message);
    const isSecure = tls !== undefined && readPrelogin(message.body) !== encryption.notSupported;
    const answer = preloginAnswer(backend.version, isSecure ? encryption.on : encryption.notSupported);
    const secure = isSecure && tls !== undefined ? encrypt(socket, tls) : socket;
    talk(secure, { backend, log });
    socket.write(packet(packetTypes.answer, answer, true, 1));
  };
  socket.on("data", first);
}

function talk(wire: Duplex, { backend, log }: Pick<Served, "backend" | "log">): Connection {
  const connection = new Connection(wire, backend, log);
  const messages = new MessageReader();
  wire.on("data", (chunk: Buffer) => {
    for (const message of messages.read(chunk)) connection.receive(message);
  });
  wire.on("error", () => connection.close());
  wire.on("close", () => connection.close());
  return connection;
}
