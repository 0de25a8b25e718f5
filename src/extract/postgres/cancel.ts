/** Asks the server to stop what a connection runs (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS). */
import net from "node:net";
import tls from "node:tls";
import type { Address } from "../server/address.ts";

const cancelCode = 80_877_102;
const tlsCode = 80_877_103;
const patience = 5000;

function message(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * (numbers.length + 1));
  for (const [at, number] of [bytes.length, ...numbers].entries()) bytes.writeInt32BE(number, 4 * at);
  return bytes;
}

/** Best effort, on a connection of its own that carries nothing else, and under TLS where the reading is; resolves when it is closed again. */
export function requestCancel(address: Address, processId: number, secretKey: number): Promise<void> {
  const request = message(cancelCode, processId, secretKey);
  return new Promise((resolve) => {
    const socket = net.connect(address.port, address.host, () => {
      if (address.tls === undefined) socket.end(request);
      else socket.write(message(tlsCode));
    });
    const giveUp = (): void => void socket.destroy();
    if (address.tls !== undefined) socket.once("data", (answer) => encrypt(socket, address, answer, request));
    else socket.resume();
    socket.setTimeout(patience, giveUp);
    socket.on("error", giveUp);
    socket.on("close", () => resolve());
  });
}

/** The server says `S` where it speaks TLS; where it does not, the key stays here. */
function encrypt(socket: net.Socket, { host, tls: wanted }: Address, answer: Buffer, request: Buffer): void {
  if (answer.toString("latin1") !== "S") return void socket.destroy();
  const options = {
    socket,
    rejectUnauthorized: wanted?.verify ?? true,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
  };
  const secured = tls.connect(options, () => secured.end(request));
  secured.on("error", () => socket.destroy());
  secured.resume();
}
