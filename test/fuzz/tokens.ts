/** Damage along a text's own tokens: what is valid in pieces, and not as a whole. */
import type { Mutator } from "./format.ts";
import type { Random } from "./random.ts";

/** latin1 keeps every byte of any encoding. */
function tokensOf(bytes: Buffer, form: RegExp): string[] {
  return bytes.toString("latin1").match(form) ?? [];
}

function joined(tokens: readonly string[]): Buffer {
  return Buffer.from(tokens.join(""), "latin1");
}

type Edit = (tokens: string[], at: number, random: Random, words: readonly string[]) => void;

const edits: readonly Edit[] = [
  (tokens, at) => void tokens.splice(at, 1),
  (tokens, at) => void tokens.splice(at, 0, tokens[at] ?? ""),
  (tokens, at, random) => {
    const other = random.int(tokens.length);
    [tokens[at], tokens[other]] = [tokens[other] ?? "", tokens[at] ?? ""];
  },
  (tokens, at, random, words) => void (tokens[at] = random.pick(words)),
  (tokens, at, random, words) => void tokens.splice(at, 0, random.pick(words)),
  (tokens, at, random) => void (tokens[at] = (tokens[at] ?? "").repeat(1 + random.int(60))),
  (tokens, at, random) =>
    void tokens.splice(at, random.int(20), ...tokens.slice(random.int(tokens.length)).slice(0, 20)),
];

/** `form`: a global expression whose matches are all of the text; `words`: what may stand where another token stood. */
export function tokenMutator(form: RegExp, words: readonly string[]): Mutator {
  const inBytes = words.map((word) => Buffer.from(word).toString("latin1"));
  return (bytes, random) => {
    const tokens = tokensOf(bytes, form);
    if (tokens.length === 0) return Buffer.from(random.pick(inBytes), "latin1");
    for (let edit = random.int(3); edit >= 0; edit--)
      if (tokens.length > 0) random.pick(edits)(tokens, random.int(tokens.length), random, inBytes);
    return joined(tokens);
  };
}
