/** The members of a package as an archive, sound or spoilt. */
import { deflateRawSync } from "node:zlib";
import { type BuiltMember, buildZip } from "./zip-builder.ts";

export interface PackageEntry {
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

function memberOf({
  name,
  data,
  method = "stored",
  claims = {},
  damage = (packed) => packed,
}: PackageEntry): BuiltMember {
  const content = Buffer.from(data as string);
  return {
    name,
    content,
    method: claims.method ?? (method === "deflated" ? 8 : 0),
    packed: damage(method === "deflated" ? deflateRawSync(content) : content),
    encrypted: claims.encrypted === true,
    claimed: {
      ...(claims.size === undefined ? {} : { size: claims.size }),
      ...(claims.crc === undefined ? {} : { crc32: claims.crc }),
    },
  };
}

export function packEntries(entries: readonly PackageEntry[], { zip64 = false } = {}): Buffer {
  return buildZip(...entries.map((entry) => ({ ...memberOf(entry), zip64 })));
}
