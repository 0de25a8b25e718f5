/** Damage inside the members of a zip archive, which is packed anew: past the checksums, into what reads the members. */
import { inflateRawSync } from "node:zlib";
import { buildZip } from "../support/zip-builder.ts";
import { byteMutators } from "./bytes.ts";
import type { Mutator } from "./format.ts";

interface Member {
  readonly name: Buffer;
  readonly content: Buffer;
}

const endMark = Buffer.from("PK\u0005\u0006", "latin1");

/** The members of a sound archive without zip64; none of any other. */
function membersOf(bytes: Buffer): Member[] {
  try {
    const end = bytes.lastIndexOf(endMark);
    const members: Member[] = [];
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28));
      members.push({ name, content: contentAt(bytes, at) });
      at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
    return members;
  } catch {
    return [];
  }
}

/** `at`: of the member's record in the directory. */
function contentAt(bytes: Buffer, at: number): Buffer {
  const local = bytes.readUInt32LE(at + 42);
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
  return bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed;
}

/** One member is damaged by one of `mutators`, or as bytes, and the archive packed anew. */
export function inMembers(mutators: readonly Mutator[]): Mutator {
  return (bytes, random, other) => {
    const members = membersOf(bytes);
    if (members.length === 0) return random.pick(byteMutators)(bytes, random, other);
    const chosen = random.int(members.length);
    const mutate = random.pick(random.int(3) === 0 ? byteMutators : mutators);
    const from = membersOf(other);
    const donor = from.length === 0 ? other : (from[random.int(from.length)]?.content ?? other);
    return buildZip(
      ...members.map(({ name, content }, index) => ({
        name,
        content: index === chosen ? mutate(content, random, donor) : content,
        method: 0,
      })),
    );
  };
}
