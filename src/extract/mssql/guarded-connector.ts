/**
 * Opens the socket that the driver talks through. The driver sends the login in the clear where the server says that it has no TLS, whatever was
 * asked for; this one ends the connection before ([MS-TDS] 2.2.6.5: option 1 of the answer to PRELOGIN).
 */
import net from "node:net";
import { once } from "node:events";
import { WithoutTls } from "./failures.ts";

const headLength = 8;
const encryptionOption = 1;
const terminator = 0xff;
const withoutTls = new Set([0, 2]);

export async function connectGuarded(host: string, port: number, isEncrypted: boolean): Promise<net.Socket> {
  const socket = net.connect({ host, port, noDelay: true, keepAlive: true });
  if (isEncrypted) socket.once("data", (answer: Buffer) => refuseClear(socket, answer));
  await once(socket, "connect");
  return socket;
}

function refuseClear(socket: net.Socket, answer: Buffer): void {
  const offer = encryptionOf(answer.subarray(headLength));
  if (offer === undefined || withoutTls.has(offer)) socket.destroy(new WithoutTls("the server has no TLS"));
}

function encryptionOf(options: Buffer): number | undefined {
  for (let at = 0; at + 4 < options.length && options[at] !== terminator; at += 5)
    if (options[at] === encryptionOption) return options[options.readUInt16BE(at + 1)];
  return undefined;
}
