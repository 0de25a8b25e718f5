/** `/customers/{CustomerID}/edit` against the path of a URL. */
import { UserError } from "../../errors.ts";

const parameter = /\{([^{}]*)\}/g;

export class PathTemplate {
  readonly names: readonly string[];
  readonly #expression: RegExp;
  readonly #segments: readonly string[];

  /** Throws UserError for braces that name nothing, and for parameters with nothing between them. */
  constructor(template: string) {
    this.names = [...template.matchAll(parameter)].map(([, name = ""]) => name);
    const fixed = template.split(/\{[^{}]*\}/);
    if (this.names.includes("") || fixed.some((text) => /[{}]/.test(text)) || fixed.slice(1, -1).includes(""))
      throw new UserError({
        what: `the path ${JSON.stringify(template)} cannot be read`,
        remedy: "Write parameters as {name}, with fixed text between two of them",
      });
    // A parameter stops at the first character of the text behind it, so that nothing has to be tried twice.
    const pieces = fixed.map((text, index) => (index === 0 ? "" : stopAt(text)) + escape(text));
    this.#segments = template.toLowerCase().split("/");
    this.#expression = new RegExp(`^${pieces.join("")}/?$`, "i");
  }

  /** How many of its fixed parts, between slashes, a path begins with: `/customers/new` has one of `/customers/{id}/edit`. */
  begins(path: string): number {
    const own = path.toLowerCase().split("/");
    const apart = this.#segments.findIndex((segment, index) => !isParameter(segment) && segment !== own[index]);
    const shared = apart < 0 ? this.#segments : this.#segments.slice(0, apart);
    return shared.filter((segment) => segment !== "" && !isParameter(segment)).length;
  }

  /** Parameters as they are written, encoded. */
  match(path: string): readonly (readonly [name: string, value: string])[] | undefined {
    const found = this.#expression.exec(path);
    return found === null ? undefined : this.names.map((name, index) => [name, found[index + 1] ?? ""]);
  }
}

function isParameter(segment: string): boolean {
  return segment.includes("{");
}

function stopAt(text: string): string {
  const first = text.slice(0, 1);
  return first === "" || first === "/" ? "([^/]+)" : `([^/${escape(first)}]+)`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
