import { UserError } from "../errors.ts";
import type { Place } from "../errors.ts";
import { formatPath } from "./places.ts";
import type { YamlPath } from "./places.ts";

/** One thing that is wrong in a recipe. */
export interface RecipeFault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** `sources.backup.trust`; empty where the fault is in the YAML itself. */
  readonly path: string;
  /** What was expected, and what may have been meant. */
  readonly message: string;
}

/** A fault that knows its path, but not yet its place. */
export interface PathFault {
  readonly path: YamlPath;
  /** The key is wrong, or what it holds. */
  readonly part: "key" | "value";
  readonly message: string;
}

export function placed(fault: PathFault, place: Place): RecipeFault {
  const { file = "", line = 1, column = 1 } = place;
  return { file, line, column, path: formatPath(fault.path), message: fault.message };
}

/** `recipe.yaml:12:5: target.version: expected …` */
export function formatFault(fault: RecipeFault): string {
  const path = fault.path === "" ? "" : `${fault.path}: `;
  return `${fault.file}:${fault.line}:${fault.column}: ${path}${fault.message}`;
}

function inOrder(left: RecipeFault, right: RecipeFault): number {
  return left.line - right.line || left.column - right.column;
}

/** Everything that is wrong in a recipe, in the order of the file. */
export class RecipeError extends UserError {
  readonly faults: readonly RecipeFault[];

  constructor(file: string, faults: readonly RecipeFault[]) {
    const [count, them] = faults.length === 1 ? ["a fault", "it"] : [`${faults.length} faults`, "them"];
    super({ what: `the recipe has ${count}`, remedy: `Correct ${them}, then run \`salvage check\``, where: { file } });
    this.name = "RecipeError";
    this.faults = faults.toSorted(inOrder);
    this.message = [`${file}: ${this.what}. ${this.remedy}.`, ...this.faults.map(formatFault)].join("\n");
  }
}

/** Throws one RecipeError for all of them, if there are any. */
export function throwFaults(file: string, faults: readonly RecipeFault[]): void {
  if (faults.length > 0) throw new RecipeError(file, faults);
}
