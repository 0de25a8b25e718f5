/** The content of one member of a zip archive, as a stream; nothing is ever written under a member's name. */
import { createInflateRaw, crc32 } from "node:zlib";
import type { ArchiveMember, EvidenceFile } from "../../extractor.ts";
import { bunzip2 } from "../bzip2/index.ts";
import type { ByteChunk } from "../chunk.ts";
import { decode } from "../decoder.ts";
import { limitExpansion } from "../expansion.ts";
import { readRange } from "../plain.ts";
import { ZlibDecoder } from "../zlib-decoder.ts";
import { unzstd } from "../zstd/index.ts";

type Decompress = (chunks: AsyncIterable<ByteChunk>) => AsyncIterable<ByteChunk>;

/** By method (APPNOTE 4.4.5). */
export const methods: ReadonlyMap<number, Decompress> = new Map<number, Decompress>([
  [0, (chunks) => chunks],
  [8, (chunks) => decode(chunks, new ZlibDecoder(createInflateRaw(), 0), "deflated")],
  [12, bunzip2],
  [93, unzstd],
]);

/** The member's own compression is undone. Throws UserError where the archive cannot be opened, and for a bomb. */
export async function* readMember(file: EvidenceFile, member: ArchiveMember): AsyncGenerator<ByteChunk> {
  const decompress = methods.get(member.method) as Decompress;
  const content = decompress(readRange(file, member.start, file.bytes));
  yield* verify(member, member.method === 0 ? content : limitExpansion(file, content));
}

/** Holds size and checksum against what the archive says, once all is read: the content comes out in any case. */
async function* verify(member: ArchiveMember, chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  let size = 0;
  let checksum = 0;
  let bytesRead = 0;
  let cut: string | undefined = undefined;
  for await (const chunk of chunks) {
    size += chunk.bytes.length;
    checksum = crc32(chunk.bytes, checksum);
    ({ bytesRead, cut } = chunk);
    if (chunk.bytes.length > 0) yield { bytes: chunk.bytes, bytesRead };
  }
  const problem = member.cut ?? cut ?? mismatch(member, size, checksum);
  yield { bytes: Buffer.alloc(0), bytesRead, ...(problem === undefined ? {} : { cut: problem }) };
}

function mismatch(member: ArchiveMember, size: number, checksum: number): string | undefined {
  if (member.size !== undefined && member.size !== size)
    return `it has ${size} bytes where the archive declares ${member.size}`;
  if (member.crc32 !== undefined && member.crc32 !== checksum)
    return "its checksum is wrong: what was read of it may be damaged";
  return undefined;
}
