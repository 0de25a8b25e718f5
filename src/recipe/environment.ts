/** `${env:NAME}` in a recipe: substituted while the recipe is loaded, never stored, redacted in all that is shown. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value could not be substituted, and why. */
export interface EnvironmentFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const reference = /\$\{env:([^}]*)\}/g;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const unclosed = /\$\{env:[^}]*$/;

/** An environment inherits from Object: `toString` is no variable. */
function valueOf(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** The forms in which a value turns up in messages: as it is, inside a quoted text, inside a URL. */
function forms(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

/** A value of so few characters is no secret, but part of many words: it is replaced only where it is a word of its own. */
const shortest = 4;

function patternOf(form: string): string {
  const pattern = escapePattern(form);
  return form.length < shortest ? String.raw`(?<![\p{L}\p{N}])${pattern}(?![\p{L}\p{N}])` : pattern;
}

/**
 * Replaces each value by `${env:NAME}`. One pass, the longest form first, so that neither a value within another
 * nor a value within a placeholder leaves a rest behind.
 */
export function redactor(values: ReadonlyMap<string, string>): (text: string) => string {
  const names = new Map<string, string>();
  for (const [name, value] of values)
    for (const form of value === "" ? [] : forms(value)) if (!names.has(form)) names.set(form, name);
  if (names.size === 0) return (text) => text;
  const longestFirst = [...names.keys()].toSorted((left, right) => right.length - left.length);
  const pattern = new RegExp(longestFirst.map(patternOf).join("|"), "gu");
  return (text) => text.replaceAll(pattern, (value) => `\${env:${names.get(value)}}`);
}

/** An environment that remembers what was taken from it, so that it can be redacted wherever an error ends. */
export function trackEnvironment(environment: Environment): {
  readonly environment: Environment;
  readonly redact: (text: string) => string;
} {
  const taken = new Map<string, string>();
  const tracked = new Proxy(environment, {
    get(target, name) {
      const value = typeof name === "string" ? valueOf(target, name) : undefined;
      if (typeof name === "string" && value !== undefined) taken.set(name, value);
      return value;
    },
  });
  return { environment: tracked, redact: (text) => redactor(taken)(text) };
}

/** Substitutes the references within parsed YAML. Keys are left as they are. */
export class Substitution {
  readonly faults: EnvironmentFault[] = [];
  /** By name, every value that was put in. */
  readonly values = new Map<string, string>();
  readonly #environment: Environment;
  readonly #moved: Readonly<Record<string, string>>;

  /** `moved`: texts that take the place of others as a whole. */
  constructor(environment: Environment, moved: Readonly<Record<string, string>> = {}) {
    this.#environment = environment;
    this.#moved = moved;
  }

  apply(data: unknown, path: readonly (string | number)[] = []): unknown {
    // An extractor keeps the name that the recipe gives it.
    if (typeof data === "string" && path.at(-1) !== "extractor" && Object.hasOwn(this.#moved, data))
      return this.#moved[data];
    if (typeof data === "string") return this.#text(data, path);
    if (Array.isArray(data)) return data.map((item, index) => this.apply(item, [...path, index]));
    if (typeof data !== "object" || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.apply(value, [...path, key])]));
  }

  #text(text: string, path: readonly (string | number)[]): string {
    if (unclosed.test(text)) this.faults.push({ path, message: `"\${env:" is not closed; write \${env:NAME}` });
    return text.replaceAll(reference, (whole, name: string) => this.#value(name, path) ?? whole);
  }

  #value(name: string, path: readonly (string | number)[]): string | undefined {
    const value = variableName.test(name) ? valueOf(this.#environment, name) : undefined;
    if (value !== undefined) this.values.set(name, value);
    else this.faults.push({ path, message: missing(name) });
    return value;
  }
}

function missing(name: string): string {
  return variableName.test(name)
    ? `the environment variable ${name} is not set; set it before you start salvage`
    : `"${name}" is no name of an environment variable; letters, digits and _ make one`;
}
