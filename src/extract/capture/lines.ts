/** Reads the lines of a gzipped file, many at a time. */
import fs from "node:fs";
import { createGunzip } from "node:zlib";

const newline = 10;
/** How much comes at a time, before and after it is unpacked. */
const chunkBytes = 1 << 17;

/** Whole lines as bytes, with their ends, many to a block; a last one without its end too. Throws what the system or zlib says of a file that is not whole. */
export async function* readBlocks(file: string): AsyncGenerator<Buffer> {
  const input = fs.createReadStream(file, { highWaterMark: chunkBytes });
  const unzipped = createGunzip({ chunkSize: chunkBytes });
  input.on("error", (error) => unzipped.destroy(error));
  input.pipe(unzipped);
  try {
    yield* splitBlocks(unzipped);
  } finally {
    input.destroy();
    unzipped.destroy();
  }
}

/** Batches of lines as bytes, without their ends; otherwise as {@link readBlocks}. */
export async function* readLines(file: string): AsyncGenerator<Buffer[]> {
  for await (const block of readBlocks(file)) yield linesOf(block);
}

/** Lines of a stream of bytes, without their ends; a last one without its end counts too. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  for await (const block of splitBlocks(chunks)) yield linesOf(block);
}

/** The lines of a block, without their ends. */
export function linesOf(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let end = block.indexOf(newline); end >= 0; end = block.indexOf(newline, from)) {
    lines.push(block.subarray(from, end));
    from = end + 1;
  }
  if (from < block.length) lines.push(block.subarray(from));
  return lines;
}

async function* splitBlocks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) {
      yield held.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...held, chunk.subarray(0, end)]);
      held = [];
    }
    if (end < chunk.length) held.push(Buffer.from(chunk.subarray(end)));
  }
  if (held.length > 0) yield Buffer.concat(held);
}
