/** What a format brings to the fuzz run: `formats/<id>.ts` has one of these as its default export. */
import type { Extractor, TableMapping } from "../../src/extract/extractor.ts";
import type { Random } from "./random.ts";

export interface Seed {
  readonly name: string;
  /** By their names. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** As a recipe writes them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly mappings: readonly TableMapping[];
}

/** `other`: a file of another seed. */
export type Mutator = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

export interface FuzzFormat {
  readonly extractor: Extractor;
  seeds(): readonly Seed[] | Promise<readonly Seed[]>;
  /** What this format's readers look at: its tokens, its lengths. */
  readonly mutators: readonly Mutator[];
  /** Bytes that are changed anywhere are refused as a whole, most often: the format's own mutators are taken nine times of ten. */
  readonly prefersOwn?: boolean;
  /** The raw records may take up this many times the bytes of the files; none: they are not those bytes. */
  readonly rawTimes?: number;
}

/** Types a format's object literal; `extractor` is any extractor, whatever its options. */
export function defineFormat(format: Omit<FuzzFormat, "extractor"> & { readonly extractor: object }): FuzzFormat {
  return format as FuzzFormat;
}
