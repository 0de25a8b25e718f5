/** The tokens of which a server's answers consist ([MS-TDS] 2.2.7). */
import type { Backend, ColumnMeta, TdsValue, TdsVersion } from "./backend.ts";
import type { ServerError } from "./backend.ts";
import { i32, longText, shortText, u16, u32, u64, u8 } from "./bytes.ts";
import { collation, wireType } from "./types.ts";
import type { WireType } from "./types.ts";

const serverName = "salvage-test";
const versionBytes: Record<TdsVersion, readonly number[]> = {
  "7.1": [0x71, 0x00, 0x00, 0x01],
  "7.2": [0x72, 0x09, 0x00, 0x02],
  "7.3": [0x73, 0x0b, 0x00, 0x03],
  "7.4": [0x74, 0x00, 0x00, 0x04],
};

function withLength(token: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(token), u16(body.length), body]);
}

export function loginAck(version: TdsVersion, [major, minor, build]: Backend["version"]): Buffer {
  const program = u8(major, minor, build >> 8, build & 0xff);
  return withLength(0xad, u8(1, ...versionBytes[version]), shortText("Microsoft SQL Server"), program);
}

/** Acknowledges the feature FEDAUTH. */
export function federationAck(): Buffer {
  return Buffer.concat([u8(0xae, 2), u32(0), u8(0xff)]);
}

export function sspiToken(message: Buffer): Buffer {
  return withLength(0xed, message);
}

function change(type: number, now: string, before: string): Buffer {
  return withLength(0xe3, u8(type), shortText(now), shortText(before));
}

export function loginChanges(database: string, packetSize: number): Buffer {
  return Buffer.concat([
    change(1, database, "master"),
    withLength(0xe3, u8(7, collation.length), collation, u8(0)),
    change(2, "us_english", ""),
    change(4, String(packetSize), "4096"),
  ]);
}

const transaction = Buffer.alloc(8, 7);

export function transactionChange(kind: "begin" | "commit" | "rollback"): Buffer {
  if (kind === "begin") return withLength(0xe3, u8(8, 8), transaction, u8(0));
  return withLength(0xe3, u8(kind === "commit" ? 9 : 10, 0, 8), transaction);
}

export function errorToken({ number, severity, message }: ServerError, version: TdsVersion): Buffer {
  const line = version >= "7.2" ? u32(1) : u16(1);
  const text = [longText(message), shortText(serverName), shortText("")];
  return withLength(0xaa, i32(number), u8(1, severity), ...text, line);
}

/** `more`: another result follows in the same answer. */
export interface Done {
  readonly rows?: number;
  readonly more?: boolean;
  readonly failed?: boolean;
  readonly cancelled?: boolean;
}

/** `inProcedure`: the end of one statement of an RPC; `procedure`: the end of the RPC itself. */
export type DoneKind = "batch" | "inProcedure" | "procedure";
const doneTokens: Record<DoneKind, number> = { batch: 0xfd, inProcedure: 0xff, procedure: 0xfe };

export function doneToken(kind: DoneKind, done: Done, version: TdsVersion): Buffer {
  const { rows, more = false, failed = false, cancelled = false } = done;
  const status = (more ? 1 : 0) | (failed ? 2 : 0) | (rows === undefined ? 0 : 0x10) | (cancelled ? 0x20 : 0);
  const count = version >= "7.2" ? u64(BigInt(rows ?? 0)) : u32(rows ?? 0);
  return Buffer.concat([u8(doneTokens[kind]), u16(status), u16(rows === undefined ? 0 : 0xc1), count]);
}

export function returnStatus(): Buffer {
  return Buffer.concat([u8(0x79), i32(0)]);
}

/** What is written of a result's columns, and of its rows. */
export interface RowWriter {
  readonly metadata: Buffer;
  row(values: readonly TdsValue[]): Buffer;
}

export function rowWriter(columns: readonly ColumnMeta[], version: TdsVersion): RowWriter {
  const types = columns.map(({ type }) => wireType(type, version));
  const described = columns.map((column, index) => describeColumn(column, types[index] as WireType, version));
  const metadata = Buffer.concat([u8(0x81), u16(columns.length), ...described]);
  return {
    metadata,
    row: (values) => {
      const isSparse = version >= "7.3" && values.includes(null) && columns.length > 1;
      const written = types.flatMap((type, index) => {
        const value = values[index] ?? null;
        return isSparse && value === null ? [] : [type.write(value)];
      });
      return Buffer.concat(isSparse ? [u8(0xd2), nullBits(values), ...written] : [u8(0xd1), ...written]);
    },
  };
}

function describeColumn({ name, nullable }: ColumnMeta, type: WireType, version: TdsVersion): Buffer {
  const userType = version >= "7.2" ? u32(0) : u16(0);
  const flags = u16((nullable ? 1 : 0) | 8);
  const table = type.namesTable ? (version >= "7.2" ? Buffer.concat([u8(1), longText("t")]) : longText("t")) : u8();
  return Buffer.concat([userType, flags, type.info, table, shortText(name)]);
}

/** One bit a column, set where it is NULL. */
function nullBits(values: readonly TdsValue[]): Buffer {
  const bits = Buffer.alloc(Math.ceil(values.length / 8));
  for (const [index, value] of values.entries())
    if (value === null) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  return bits;
}
