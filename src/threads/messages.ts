/** What a worker answers with: any number of `progress`, then one of the others. */
import type { PackedError } from "./errors.ts";

export type Message<Result> =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly error: PackedError };
