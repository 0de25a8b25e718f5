/** Asks the server to stop what a connection runs (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS). */
import net from "node:net";
import type { Address } from "../server/address.ts";

const requestCode = 80_877_102;
const patience = 5000;

/** Best effort, on a connection of its own that carries nothing else; resolves when it is closed again. */
export function requestCancel(address: Address, processId: number, secretKey: number): Promise<void> {
  const request = Buffer.alloc(16);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(requestCode, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secretKey, 12);
  return new Promise((resolve) => {
    const socket = net.connect(address.port, address.host, () => socket.end(request));
    socket.setTimeout(patience, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
    socket.resume();
  });
}
