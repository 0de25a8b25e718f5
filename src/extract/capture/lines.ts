/** Reads the lines of a gzipped file, many at a time. */
import fs from "node:fs";
import { createGunzip } from "node:zlib";

const newline = 10;

/** Batches of lines as bytes, without their ends. Throws what the system or zlib says of a file that is not whole. */
export async function* readLines(file: string): AsyncGenerator<Buffer[]> {
  const input = fs.createReadStream(file);
  const unzipped = createGunzip();
  input.on("error", (error) => unzipped.destroy(error));
  input.pipe(unzipped);
  try {
    yield* splitLines(unzipped);
  } finally {
    input.destroy();
    unzipped.destroy();
  }
}

/** Lines of a stream of bytes; a last one without its end counts too. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let held: Buffer[] = [];
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const rest = chunk.subarray(from, end);
      lines.push(held.length === 0 ? rest : Buffer.concat([...held, rest]));
      held = [];
      from = end + 1;
    }
    if (from < chunk.length) held.push(Buffer.from(chunk.subarray(from)));
    if (lines.length > 0) yield lines;
  }
  if (held.length > 0) yield [Buffer.concat(held)];
}
