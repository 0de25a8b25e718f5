/** Messages as packets of a socket, and back ([MS-TDS] 2.2.3.1). */
import type { Duplex } from "node:stream";
import { once } from "node:events";

export const packetTypes = {
  batch: 0x01,
  rpc: 0x03,
  answer: 0x04,
  attention: 0x06,
  transaction: 0x0e,
  login: 0x10,
  ntlm: 0x11,
  prelogin: 0x12,
} as const;

export interface Message {
  readonly type: number;
  readonly body: Buffer;
}

const headLength = 8;

/** Takes bytes as they come and gives whole messages. */
export class MessageReader {
  #bytes: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];

  *read(chunk: Buffer): Generator<Message> {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= headLength) {
      const length = this.#bytes.readUInt16BE(2);
      if (this.#bytes.length < length) return;
      const whole = this.#bytes.subarray(0, length);
      this.#bytes = this.#bytes.subarray(length);
      this.#parts.push(whole.subarray(headLength));
      if (((whole[1] ?? 0) & 1) === 0) continue;
      const body = Buffer.concat(this.#parts);
      this.#parts = [];
      yield { type: whole[0] ?? 0, body };
    }
  }
}

/** One packet, the last of its message or not. */
export function packet(type: number, body: Buffer, isLast: boolean, number: number): Buffer {
  const head = Buffer.from([type, isLast ? 1 : 0, 0, 0, 0, 51, number & 0xff, 0]);
  head.writeUInt16BE(headLength + body.length, 2);
  return Buffer.concat([head, body]);
}

/** Writes one message in packets as it comes to be, and waits where the other side does not read. */
export class MessageWriter {
  readonly #socket: Duplex;
  readonly #room: number;
  #pending: Buffer[] = [];
  #length = 0;
  #number = 0;

  constructor(socket: Duplex, packetSize: number) {
    this.#socket = socket;
    this.#room = packetSize - headLength;
  }

  async write(bytes: Buffer): Promise<void> {
    this.#pending.push(bytes);
    this.#length += bytes.length;
    if (this.#length > this.#room) await this.#send();
  }

  async end(): Promise<void> {
    await this.#send();
    await this.#put(packet(packetTypes.answer, Buffer.concat(this.#pending), true, ++this.#number));
    this.#pending = [];
    this.#length = 0;
  }

  /** Sends every packet that is full; the last bytes wait for the end. */
  async #send(): Promise<void> {
    let all = Buffer.concat(this.#pending);
    while (all.length > this.#room) {
      await this.#put(packet(packetTypes.answer, all.subarray(0, this.#room), false, ++this.#number));
      all = all.subarray(this.#room);
    }
    this.#pending = [all];
    this.#length = all.length;
  }

  async #put(bytes: Buffer): Promise<void> {
    if (this.#socket.destroyed) throw new Error("the client is gone");
    if (this.#socket.write(bytes)) return;
    await Promise.race([once(this.#socket, "drain"), once(this.#socket, "close")]);
  }
}
