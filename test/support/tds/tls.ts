/** TLS whose handshake travels in PRELOGIN packets, as TDS 7 has it; afterwards it has the socket for itself. */
import { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";
import { MessageReader, packet, packetTypes } from "./packets.ts";

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

/** The type of a TLS record that is no handshake. */
const applicationData = 0x17;

/** The encrypted side of a socket. `first` are bytes that came already. */
export function encrypt(socket: Socket, certificate: Certificate): TLSSocket {
  let isUp = false;
  const messages = new MessageReader();
  const wire = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      socket.write(isUp ? chunk : packet(packetTypes.prelogin, chunk, true, 0), () => done());
    },
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    // The client's first record outside of packets says that its handshake is over; the server sends nothing of its own before.
    if (chunk[0] === applicationData) isUp = true;
    if (isUp) wire.push(chunk);
    else for (const { body } of messages.read(chunk)) wire.push(body);
  });
  socket.on("close", () => wire.destroy());
  return new TLSSocket(wire, {
    isServer: true,
    secureContext: createSecureContext({ ...certificate, maxVersion: "TLSv1.2" }),
  });
}
