/** From a number to an input, the same one every time. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { byteMutators } from "./bytes.ts";
import type { FuzzFormat, Seed } from "./format.ts";
import { Random } from "./random.ts";

const folder = path.join(import.meta.dirname, "formats");
/** Larger ones only make the run slow. */
const largestFile = 256 * 1024;
const mostMutations = 4;

export const formatIds: readonly string[] = readdirSync(folder)
  .map((file) => path.basename(file, ".ts"))
  .toSorted();

export async function loadFormat(
  id: string,
): Promise<{ readonly format: FuzzFormat; readonly seeds: readonly Seed[] }> {
  const { default: format } = (await import(path.join(folder, `${id}.ts`))) as { default: FuzzFormat };
  const seeds = (await format.seeds()).filter(({ files }) => Object.keys(files).length > 0);
  return { format, seeds };
}

/** A seed of which one file is damaged. */
export interface FuzzInput extends Seed {
  readonly damaged: string;
}

export function makeInput(format: FuzzFormat, seeds: readonly Seed[], seed: number, index: number): FuzzInput {
  const random = Random.of(seed, format.extractor.id, index);
  const base = random.pick(seeds);
  const damaged = random.pick(Object.keys(base.files));
  const other = Object.values(random.pick(seeds).files)[0] ?? Buffer.alloc(0);
  let bytes = base.files[damaged] ?? Buffer.alloc(0);
  for (let left = 1 + random.int(mostMutations); left > 0; left--) {
    const isOwn = format.prefersOwn === true ? random.int(10) > 0 : random.int(2) === 0;
    const mutators = format.mutators.length > 0 && isOwn ? format.mutators : byteMutators;
    bytes = random.pick(mutators)(bytes, random, other).subarray(0, largestFile);
  }
  return withBytes(base, damaged, bytes);
}

export function withBytes(seed: Seed, damaged: string, bytes: Buffer): FuzzInput {
  return { ...seed, damaged, files: { ...seed.files, [damaged]: Buffer.from(bytes) } };
}
