/** The server's side of a login by NTLM ([MS-NLMP] 2.2.1 and 3.3.2), for accounts whose password is `secret`. */
import { createHmac } from "node:crypto";
import { u16, u32 } from "./bytes.ts";

const signature = Buffer.from("NTLMSSP\0");
const nonce = Buffer.from("0123456789abcdef", "hex");
const headLength = 56;
/** MD4 of `secret` as UTF-16. */
const passwordHash = Buffer.from("878d8014606cda29677a44efa1353fc7", "hex");

export interface Account {
  readonly domain: string;
  readonly user: string;
  /** Empty where the answer to the challenge is not that of `secret`. */
  readonly password: string;
}

/** The domain that a negotiate message names. */
export function readNegotiate(message: Buffer): string {
  if (typeOf(message) !== 1) throw new Error("no negotiate message");
  return message.subarray(message.readUInt32LE(20)).subarray(0, message.readUInt16LE(16)).toString("latin1");
}

/** Where in a message bytes stand. */
function place(bytes: Buffer, at: number): Buffer {
  return Buffer.concat([u16(bytes.length), u16(bytes.length), u32(at)]);
}

export function challenge(domain: string): Buffer {
  const name = Buffer.from(domain, "utf16le");
  const target = Buffer.concat([u16(2), u16(name.length), name, u32(0)]);
  return Buffer.concat([
    signature,
    u32(2),
    place(name, headLength),
    u32(0x00828201),
    nonce,
    Buffer.alloc(8),
    place(target, headLength + name.length),
    Buffer.alloc(8),
    name,
    target,
  ]);
}

/** Who answers the challenge, and whether with the right password. */
export function readAuthenticate(message: Buffer): Account {
  if (typeOf(message) !== 3) throw new Error("no authenticate message");
  const field = (at: number): Buffer =>
    message.subarray(message.readUInt32LE(at + 4)).subarray(0, message.readUInt16LE(at));
  const answer = field(12);
  const domain = field(28).toString("utf16le");
  const user = field(36).toString("utf16le");
  const key = hmac(passwordHash, Buffer.from(user.toUpperCase() + domain.toUpperCase(), "utf16le"));
  const proof = hmac(key, Buffer.concat([nonce, answer.subarray(16)]));
  return { domain, user, password: proof.equals(answer.subarray(0, 16)) ? "secret" : "" };
}

function typeOf(message: Buffer): number | undefined {
  return message.subarray(0, signature.length).equals(signature) ? message.readUInt32LE(8) : undefined;
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac("md5", key).update(data).digest();
}
