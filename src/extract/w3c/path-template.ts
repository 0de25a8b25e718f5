/** `/customers/{CustomerID}/edit` against the path of a URL. */
import { UserError } from "../../errors.ts";

const parameter = /\{([^{}]*)\}/g;

export class PathTemplate {
  readonly names: readonly string[];
  readonly #expression: RegExp;

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
    this.#expression = new RegExp(`^${pieces.join("")}/?$`, "i");
  }

  /** Parameters as they are written, encoded. */
  match(path: string): readonly (readonly [name: string, value: string])[] | undefined {
    const found = this.#expression.exec(path);
    return found === null ? undefined : this.names.map((name, index) => [name, found[index + 1] ?? ""]);
  }
}

function stopAt(text: string): string {
  const first = text.slice(0, 1);
  return first === "" || first === "/" ? "([^/]+)" : `([^/${escape(first)}]+)`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
