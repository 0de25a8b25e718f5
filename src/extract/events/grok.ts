/** Patterns with parts by name: `%{IPORHOST:client}` is a host, kept as the field `client`. */
import { type Place, UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { grokLibrary } from "./grok-library.ts";
import { compilePattern, type Pattern } from "./patterns.ts";

/** Patterns of the recipe's own by name; they go before those of the library. */
export type OwnPatterns = Readonly<Record<string, string>>;

/** `%{NAME}`, `%{NAME:field}`; a type behind the field (`:int`) says nothing here: the target's column decides. */
const reference = /%\{(\w+)(?::([^:{}]+))?(?::\w+)?\}/g;
/** `(?<field>…)`, but no lookbehind. */
const namedGroup = /\(\?P?<([^=!>][^>]*)>/g;
const deepest = 20;
/** Of the expression that a pattern comes to: patterns that name each other twice over double at every level. */
const longest = 64 * 1024;

class Expansion {
  readonly groups = new Map<string, string[]>();
  readonly #own: OwnPatterns;
  readonly #where: Place | undefined;
  readonly #shown: string;
  #count = 0;

  constructor(own: OwnPatterns, where: Place | undefined, shown: string) {
    this.#own = own;
    this.#where = where;
    this.#shown = shown;
  }

  expand(source: string, depth = 0): string {
    if (depth > deepest) this.#refuse("its names lead back to themselves", "Take the circle out of `grok`");
    // Groups get names of our own: a field's may be one that no expression can have, and occur in several alternatives.
    const grouped = source.replaceAll(namedGroup, (_, field: string) => this.#group(field));
    const expanded = grouped.replaceAll(reference, (_, name: string, field: string | undefined) => {
      const inner = this.expand(this.#lookUp(name), depth + 1);
      return field === undefined ? `(?:${inner})` : `${this.#group(field)}${inner})`;
    });
    if (expanded.length > longest) this.#refuse("it comes to more than 64 Ki characters", "Make it shorter");
    return expanded;
  }

  #group(field: string): string {
    const name = `g${this.#count++}`;
    this.groups.set(field, [...(this.groups.get(field) ?? []), name]);
    return `(?P<${name}>`;
  }

  #lookUp(name: string): string {
    const found = Object.hasOwn(this.#own, name) ? this.#own[name] : undefined;
    const usual = Object.hasOwn(grokLibrary, name) ? grokLibrary[name] : undefined;
    return found ?? usual ?? this.#refuseName(name);
  }

  #refuseName(name: string): never {
    const near = nearest(name, [...Object.keys(this.#own), ...Object.keys(grokLibrary)]);
    const hint = near === undefined ? "" : `Did you mean %{${near}}? `;
    return this.#refuse(`no pattern is called ${name}`, `${hint}Patterns of your own go under \`grok\``);
  }

  #refuse(why: string, remedy: string): never {
    throw new UserError({
      what: `the pattern ${JSON.stringify(this.#shown)} cannot be used: ${why}`,
      remedy,
      ...(this.#where === undefined ? {} : { where: this.#where }),
    });
  }
}

/** A regular expression, with or without `%{…}` in it. Throws UserError. */
export function compileGrok(source: string, own: OwnPatterns = {}, where?: Place): Pattern {
  const expansion = new Expansion(own, where, source);
  const expanded = expansion.expand(source);
  return compilePattern(expanded, where, expansion.groups, source);
}
