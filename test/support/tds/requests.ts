/** What clients ask: PRELOGIN, LOGIN7, batches, RPCs, transaction requests ([MS-TDS] 2.2.6). */
import iconv from "iconv-lite";
import type { Login, TdsValue, TdsVersion } from "./backend.ts";
import { ByteReader } from "./bytes.ts";

/** How the client wants the connection encrypted. */
export const encryption = { off: 0, on: 1, notSupported: 2, required: 3 } as const;

export function readPrelogin(message: Buffer): number {
  for (let at = 0; message[at] !== 0xff; at += 5) {
    if (message[at] === 1) return message[message.readUInt16BE(at + 1)] ?? encryption.notSupported;
  }
  return encryption.notSupported;
}

/** Options: version (0) and encryption (1). */
export function preloginAnswer([major, minor, build]: readonly [number, number, number], encrypt: number): Buffer {
  const head = 11;
  const version = Buffer.from([major, minor, build >> 8, build & 0xff, 0, 0]);
  const options = Buffer.from([0, 0, head, 0, version.length, 1, 0, head + version.length, 0, 1, 0xff]);
  return Buffer.concat([options, version, Buffer.from([encrypt])]);
}

const versions: readonly (readonly [number, TdsVersion])[] = [
  [0x74, "7.4"],
  [0x73, "7.3"],
  [0x72, "7.2"],
  [0x71, "7.1"],
];

export interface LoginRequest extends Login {
  readonly packetSize: number;
  /** The first message of a login by NTLM, which says no user yet. */
  readonly negotiate?: Buffer;
}

export function readLogin(message: Buffer): LoginRequest {
  const text = (field: number): Buffer => {
    const at = 36 + field * 4;
    const from = message.readUInt16LE(at);
    return message.subarray(from, from + message.readUInt16LE(at + 2) * 2);
  };
  const major = message[7];
  const version = versions.find(([byte]) => byte === major)?.[1];
  if (version === undefined) throw new Error(`a client of TDS version 0x${message.subarray(4, 8).toString("hex")}`);
  const negotiate = message.subarray(message.readUInt16LE(78)).subarray(0, message.readUInt16LE(80));
  const token = version === "7.4" ? readToken(message) : undefined;
  return {
    ...(negotiate.length === 0 ? {} : { negotiate }),
    ...(token === undefined ? {} : { token }),
    user: text(1).toString("utf16le"),
    password: Buffer.from(text(2).map((byte) => unscramble(byte))).toString("utf16le"),
    application: text(3).toString("utf16le"),
    database: text(8).toString("utf16le"),
    isReadOnly: ((message[26] ?? 0) & 0x20) !== 0,
    packetSize: message.readUInt32LE(8) || 4096,
    version,
  };
}

const federated = 0x02;
const noFeature = 0xff;

/** The security token of the feature FEDAUTH; undefined where the login is of another kind. */
function readToken(message: Buffer): string | undefined {
  const features = new ByteReader(message);
  features.at = message.readUInt32LE(message.readUInt16LE(56));
  for (let feature = features.u8(); feature !== noFeature; feature = features.u8()) {
    const data = new ByteReader(features.take(features.u32()));
    if (feature !== federated) continue;
    if (data.u8() >> 1 !== 1) throw new Error("a federated login without its token");
    return data.text(data.u32() / 2);
  }
  return undefined;
}

function unscramble(byte: number): number {
  const bits = byte ^ 0xa5;
  return ((bits << 4) | (bits >> 4)) & 0xff;
}

/** From 7.2 on requests begin with headers about the transaction. */
function body(message: Buffer, version: TdsVersion): ByteReader {
  const reader = new ByteReader(message);
  if (version >= "7.2") reader.take(reader.u32() - 4);
  return reader;
}

export function readBatch(message: Buffer, version: TdsVersion): string {
  const reader = body(message, version);
  return reader.take(reader.left).toString("utf16le");
}

export function readTransaction(message: Buffer, version: TdsVersion): "begin" | "commit" | "rollback" | undefined {
  const kinds = { 5: "begin", 7: "commit", 8: "rollback" } as const;
  return (kinds as Record<number, (typeof kinds)[5 | 7 | 8]>)[body(message, version).u16()];
}

export interface Rpc {
  readonly procedure: string;
  /** In order; a name may be empty. */
  readonly parameters: readonly { readonly name: string; readonly value: TdsValue }[];
}

const procedures: Readonly<Record<number, string>> = { 10: "sp_executesql", 11: "sp_prepare", 12: "sp_execute" };

export function readRpc(message: Buffer, version: TdsVersion): Rpc {
  const reader = body(message, version);
  const length = reader.u16();
  const procedure = length === 0xffff ? (procedures[reader.u16()] ?? "unknown") : reader.text(length);
  reader.u16();
  const parameters = [];
  while (reader.left > 0) {
    const name = reader.text(reader.u8());
    reader.u8();
    parameters.push({ name: name.replace(/^@/, ""), value: readParameter(reader) });
  }
  return { procedure, parameters };
}

function readParameter(reader: ByteReader): TdsValue {
  const token = reader.u8();
  switch (token) {
    case 0x1f:
      return null;
    case 0x26:
      return integer(reader);
    case 0x68:
      return sized(reader, (bytes) => bytes[0] === 1);
    case 0x6d:
      return sized(reader, (bytes) => (bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE()));
    case 0x6a:
    case 0x6c:
      return decimal(reader);
    case 0x24:
      return sized(reader, guid);
    case 0xe7:
    case 0xef:
      return string(reader, true, (bytes) => bytes.toString("utf16le"));
    case 0xa7:
    case 0xaf:
      return string(reader, true, (bytes) => iconv.decode(bytes, "windows-1252"));
    case 0xa5:
    case 0xad:
      return string(reader, false, (bytes) => Buffer.from(bytes));
    default:
      throw new Error(`a parameter of type 0x${token.toString(16)}`);
  }
}

/** The type's length, then the value's; a value of no length is NULL. */
function sized<Value>(reader: ByteReader, decode: (bytes: Buffer) => Value): Value | null {
  reader.u8();
  const bytes = reader.take(reader.u8());
  return bytes.length === 0 ? null : decode(bytes);
}

function integer(reader: ByteReader): TdsValue {
  return sized(reader, (bytes) => {
    if (bytes.length === 8) return bytes.readBigInt64LE();
    return bytes.length === 1 ? bytes.readUInt8() : bytes.readIntLE(0, bytes.length);
  });
}

function decimal(reader: ByteReader): TdsValue {
  const [, , scale] = [reader.u8(), reader.u8(), reader.u8()];
  const bytes = reader.take(reader.u8());
  if (bytes.length === 0) return null;
  const magnitude = BigInt(`0x${Buffer.from(bytes.subarray(1).toReversed()).toString("hex")}`);
  const digits = String(magnitude).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return bytes[0] === 0 ? `-${text}` : text;
}

function guid(bytes: Buffer): string {
  const ordered = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at] ?? 0);
  const hex = Buffer.from(ordered).toString("hex").toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function string<Value>(reader: ByteReader, hasCollation: boolean, decode: (bytes: Buffer) => Value): Value | null {
  const most = reader.u16();
  if (hasCollation) reader.take(5);
  if (most === 0xffff) return chunks(reader, decode);
  const length = reader.u16();
  return length === 0xffff ? null : decode(reader.take(length));
}

function chunks<Value>(reader: ByteReader, decode: (bytes: Buffer) => Value): Value | null {
  if (reader.u64() === 2n ** 64n - 1n) return null;
  const parts: Buffer[] = [];
  for (let length = reader.u32(); length > 0; length = reader.u32()) parts.push(reader.take(length));
  return decode(Buffer.concat(parts));
}
