import { distance } from "fastest-levenshtein";

/** A third of the letters may differ; in short names two (`scv` is `csv`), never all. */
function allowance(letters: number): number {
  return Math.min(Math.max(2, Math.floor(letters / 3)), letters - 1);
}

/** The candidate that a mistyped name most likely meant; undefined where none is near. Ties go to the first. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const near = candidates
    .map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, steps }) => steps <= allowance(Math.max(name.length, candidate.length)));
  near.sort((left, right) => left.steps - right.steps);
  return near[0]?.candidate;
}

/** `; did you mean "…"?`, or nothing. Ends a sentence. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? "" : `; did you mean "${candidate}"?`;
}
