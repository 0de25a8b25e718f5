/** Writes zip archives for tests, damaged ones too. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer | string;
  /** Stored where it says nothing: the same bytes on every version of zlib. */
  readonly method?: "stored" | "deflated";
  /** What the archive says in place of the truth. */
  readonly claims?: {
    readonly crc?: number;
    readonly size?: number;
    readonly method?: number;
    readonly encrypted?: boolean;
  };
  /** Changes the bytes as they lie in the archive. */
  readonly damage?: (packed: Buffer) => Buffer;
}

function fields(...parts: readonly (readonly [value: number | bigint, bytes: 2 | 4 | 8])[]): Buffer {
  return Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigUInt64LE(BigInt(value));
      return buffer.subarray(0, bytes);
    }),
  );
}

interface Packed {
  readonly local: Buffer;
  central(offset: number): Buffer;
}

function pack(
  { name, data, method = "stored", claims = {}, damage = (packed) => packed }: ZipEntry,
  zip64: boolean,
): Packed {
  const content = Buffer.from(data);
  const bytes = damage(method === "deflated" ? deflateRawSync(content) : content);
  const [path, size] = [Buffer.from(name), claims.size ?? content.length];
  const flags = 0x800 | (claims.encrypted === true ? 1 : 0);
  const number = claims.method ?? (method === "deflated" ? 8 : 0);
  const head = [
    [flags, 2],
    [number, 2],
    [0, 2],
    [0x21, 2],
    [claims.crc ?? crc32(content), 4],
  ] as const;
  const sizes = [
    [bytes.length, 4],
    [size, 4],
  ] as const;
  const local = fields([0x04034b50, 4], [20, 2], ...head, ...sizes, [path.length, 2], [0, 2]);
  return {
    local: Buffer.concat([local, path, bytes]),
    central(offset) {
      const extra = zip64 ? fields([1, 2], [24, 2], [size, 8], [bytes.length, 8], [offset, 8]) : Buffer.alloc(0);
      const most = 0xffff_ffff;
      const written = zip64
        ? ([
            [most, 4],
            [most, 4],
          ] as const)
        : sizes;
      const record = fields(
        [0x02014b50, 4],
        [45, 2],
        [45, 2],
        ...head,
        ...written,
        [path.length, 2],
        [extra.length, 2],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [zip64 ? most : offset, 4],
      );
      return Buffer.concat([record, path, extra]);
    },
  };
}

/** `zip64`: with the 64-bit records, as archives beyond 4 GiB have them. */
export function buildZip(entries: readonly ZipEntry[], { zip64 = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const packed = pack(entry, zip64);
    locals.push(packed.local);
    centrals.push(packed.central(offset));
    offset += packed.local.length;
  }
  const size = Buffer.concat(centrals).length;
  const count = entries.length;
  const most = 0xffff_ffff;
  const wide = zip64
    ? [
        fields(
          [0x06064b50, 4],
          [44, 8],
          [45, 2],
          [45, 2],
          [0, 4],
          [0, 4],
          [count, 8],
          [count, 8],
          [size, 8],
          [offset, 8],
        ),
        fields([0x07064b50, 4], [0, 4], [offset + size, 8], [1, 4]),
      ]
    : [];
  const end = fields(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [zip64 ? 0xffff : count, 2],
    [zip64 ? 0xffff : count, 2],
    [zip64 ? most : size, 4],
    [zip64 ? most : offset, 4],
    [0, 2],
  );
  return Buffer.concat([...locals, ...centrals, ...wide, end]);
}
