/** Builds zip archives byte by byte: sound ones, and such as no tool writes. */
import { crc32, deflateRawSync } from "node:zlib";

export interface BuiltMember {
  readonly name: string | Buffer;
  readonly content: string | Buffer;
  /** 8, deflated, unless it is said. `packed` has to be given for methods but 0 and 8. */
  readonly method?: number;
  readonly packed?: Buffer;
  /** Is the name UTF-8? Default: yes. */
  readonly utf8?: boolean;
  /** Sizes and checksum stand behind the content only. */
  readonly streamed?: boolean;
  readonly zip64?: boolean;
  readonly encrypted?: boolean;
  /** Seconds since 1970, as an extended timestamp. */
  readonly modified?: number;
  /** What the archive says, where that is not true. */
  readonly claimed?: { readonly size?: number; readonly crc32?: number };
  /** Lies where the member of this index does. */
  readonly sameAs?: number;
}

const flags = { encrypted: 1, streamed: 8, utf8: 0x800 } as const;
const inZip64 = 0xffff_ffff;

interface Placed {
  readonly name: Buffer;
  readonly packed: Buffer;
  readonly size: number;
  readonly crc: number;
  readonly flags: number;
  readonly method: number;
  readonly of: BuiltMember;
}

function place(member: BuiltMember): Placed {
  const content = Buffer.from(member.content as string);
  const method = member.method ?? 8;
  return {
    name: Buffer.from(member.name as string),
    packed: member.packed ?? (method === 8 ? deflateRawSync(content) : content),
    size: member.claimed?.size ?? content.length,
    crc: member.claimed?.crc32 ?? crc32(content),
    flags:
      (member.encrypted === true ? flags.encrypted : 0) |
      (member.streamed === true ? flags.streamed : 0) |
      (member.utf8 === false ? 0 : flags.utf8),
    method,
    of: member,
  };
}

function numbers(...fields: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value));
      else buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}

function extraOf({ of, size, packed }: Placed): Buffer {
  const zip64 = of.zip64 === true ? numbers([1, 2], [16, 2], [size, 8], [packed.length, 8]) : Buffer.alloc(0);
  if (of.modified === undefined) return zip64;
  return Buffer.concat([zip64, numbers([0x5455, 2], [5, 2]), Buffer.of(1), numbers([of.modified, 4])]);
}

/** Version, flags, method, DOS time, checksum, sizes, lengths: what both headers have in this order. */
function common(placed: Placed, isLocal: boolean): Buffer {
  const { of, method, crc, packed, size, name } = placed;
  const isLater = isLocal && of.streamed === true;
  const [compressed, uncompressed] = of.zip64 === true ? [inZip64, inZip64] : [packed.length, size];
  return numbers(
    [45, 2],
    [placed.flags, 2],
    [method, 2],
    [0x6000, 2],
    [0x5c6d, 2],
    [isLater ? 0 : crc, 4],
    [isLater ? 0 : compressed, 4],
    [isLater ? 0 : uncompressed, 4],
    [name.length, 2],
    [extraOf(placed).length, 2],
  );
}

function localPart(placed: Placed): Buffer {
  const { of, crc, packed, size, name } = placed;
  const width = of.zip64 === true ? 8 : 4;
  const descriptor = numbers([0x0807_4b50, 4], [crc, 4], [packed.length, width], [size, width]);
  const head = [numbers([0x0403_4b50, 4]), common(placed, true), name, extraOf(placed)];
  return Buffer.concat([...head, packed, ...(of.streamed === true ? [descriptor] : [])]);
}

function directoryPart(placed: Placed, at: number): Buffer {
  const rest = numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]);
  return Buffer.concat([numbers([0x0201_4b50, 4], [45, 2]), common(placed, false), rest, placed.name, extraOf(placed)]);
}

export interface BuiltZip {
  readonly bytes: Buffer;
  /** Where each member's local header begins. */
  readonly at: readonly number[];
  /** Where the directory begins. */
  readonly directory: number;
}

export function layOutZip(members: readonly BuiltMember[]): BuiltZip {
  const placed = members.map((member) => place(member));
  const parts: Buffer[] = [];
  const at: number[] = [];
  let length = 0;
  for (const each of placed) {
    const { sameAs } = each.of;
    at.push(sameAs === undefined ? length : (at[sameAs] as number));
    if (sameAs !== undefined) continue;
    parts.push(localPart(each));
    length += (parts.at(-1) as Buffer).length;
  }
  const directory = Buffer.concat(placed.map((each, index) => directoryPart(each, at[index] as number)));
  const count = members.length;
  const end = numbers([0x0605_4b50, 4], [0, 4], [count, 2], [count, 2], [directory.length, 4], [length, 4], [0, 2]);
  return { bytes: Buffer.concat([...parts, directory, end]), at, directory: length };
}

export function buildZip(...members: readonly BuiltMember[]): Buffer {
  return layOutZip(members).bytes;
}
