/**
 * Regular expressions that a recipe brings, matched in time that grows with the line and never faster: RE2's syntax
 * (https://github.com/google/re2/wiki/Syntax). What would need backtracking is refused.
 */
import { type Matcher, RE2JS, RE2JSException } from "re2js";
import { type Place, UserError } from "../../errors.ts";

/** What one field of a pattern took from a text. */
export interface Capture {
  readonly text: string;
  /** Where it begins and ends in the text that was matched. */
  readonly start: number;
  readonly end: number;
}

/** A field may stand in several alternatives: groups of a pattern by the name of their field. */
export type FieldGroups = ReadonlyMap<string, readonly string[]>;

export class Match {
  readonly #matcher: Matcher;
  readonly #fields: FieldGroups;

  constructor(matcher: Matcher, fields: FieldGroups) {
    this.#matcher = matcher;
    this.#fields = fields;
  }

  /** Undefined where the field took nothing, not even the empty text. */
  get(field: string): Capture | undefined {
    for (const group of this.#fields.get(field) ?? []) {
      const text = this.#matcher.group(group);
      if (text !== null && text !== undefined)
        return { text, start: this.#matcher.start(group), end: this.#matcher.end(group) };
    }
    return undefined;
  }

  /** Where the match as a whole ends. */
  get end(): number {
    return this.#matcher.end();
  }
}

export class Pattern {
  readonly #expression: RE2JS;
  readonly #groups: FieldGroups;

  constructor(expression: RE2JS, groups: FieldGroups) {
    this.#expression = expression;
    this.#groups = groups;
  }

  get fields(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** Anywhere in the text, unless the pattern itself is anchored. */
  test(text: string): boolean {
    return this.#expression.test(text);
  }

  find(text: string): Match | undefined {
    const matcher = this.#expression.matcher(text);
    return matcher.find() ? new Match(matcher, this.#groups) : undefined;
  }
}

/** What RE2 does not have, by what people write it as. */
const unsupported: readonly { readonly seen: RegExp; readonly name: string }[] = [
  { seen: /\(\?<?[=!]/, name: "a lookahead or lookbehind" },
  { seen: /\\[1-9]|\\k</, name: "a back-reference" },
  { seen: /\(\?>/, name: "an atomic group" },
  { seen: /[*+?}]\+/, name: "a possessive quantifier" },
];

function explain(source: string, message: string): { what: string; remedy: string } {
  const found = unsupported.find(({ seen }) => seen.test(source));
  if (found === undefined) return { what: message, remedy: "Correct the pattern: its syntax is RE2's" };
  return {
    what: `it has ${found.name}, and patterns are matched without turning back, so that no line can hang the run`,
    remedy: "Write it without: match what stands around, and name only the group that is wanted",
  };
}

/** `groups`: which groups give a field; by default each named group gives the field of its name. Throws UserError. */
export function compilePattern(source: string, where?: Place, groups?: FieldGroups, shown = source): Pattern {
  try {
    const expression = RE2JS.compile(source);
    const names = Object.keys(expression.namedGroups());
    const named = new Map(names.map((name) => [name, [name]]));
    return new Pattern(expression, groups ?? named);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const { what, remedy } = explain(source, error.message);
    throw new UserError({
      what: `the pattern ${JSON.stringify(shown)} cannot be used: ${what}`,
      remedy,
      cause: error,
      ...(where === undefined ? {} : { where }),
    });
  }
}
