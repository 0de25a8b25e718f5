/** Makes a failing input smaller, as long as it fails in the same way. */
import { checkInput, Violation } from "./check.ts";
import type { FuzzFormat } from "./format.ts";
import { type FuzzInput, withBytes } from "./inputs.ts";

const mostTries = 400;

/** Which failure it is; undefined: none. Numbers in it do not count. */
async function failureOf(format: FuzzFormat, input: FuzzInput, folder: string): Promise<string | undefined> {
  try {
    await checkInput(format, input, folder);
    return undefined;
  } catch (error) {
    return error instanceof Violation ? error.message.replaceAll(/\d+/g, "N") : String(error);
  }
}

/** For failures that end: a hang would be met again at every try. */
export async function minimise(format: FuzzFormat, input: FuzzInput, folder: string): Promise<FuzzInput> {
  const failure = await failureOf(format, input, folder);
  let best = input;
  let tries = 0;
  for (let size = bytesOf(best).length >> 1; size > 0 && tries < mostTries; size >>= 1)
    for (let at = 0; at < bytesOf(best).length && tries < mostTries; tries++) {
      const bytes = bytesOf(best);
      const smaller = withBytes(best, best.damaged, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]));
      if ((await failureOf(format, smaller, folder)) === failure) best = smaller;
      else at += size;
    }
  return best;
}

function bytesOf({ files, damaged }: FuzzInput): Buffer {
  return files[damaged] ?? Buffer.alloc(0);
}
