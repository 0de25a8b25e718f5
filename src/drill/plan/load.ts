/** Reads a drill's plan: all faults at once, each with its place. */
import path from "node:path";
import { isMap } from "yaml";
import { UserError } from "../../errors.ts";
import { formatFault, placed } from "../../recipe/faults.ts";
import { explainIssue, pathFaults } from "../../recipe/issues.ts";
import { readRecipe } from "../../recipe/load.ts";
import { Places } from "../../recipe/places.ts";
import { parseYaml } from "../../recipe/structure.ts";
import { buildPlan } from "./build.ts";
import type { DrillPlan } from "./model.ts";
import { drillSchema } from "./schema.ts";

const kind = { name: "drill", beginning: "drill: <name>" };

export interface PlanOptions {
  readonly seed?: number | undefined;
  readonly scale?: number | undefined;
}

/** `file`: as the person gave it. Throws UserError with every fault. */
export function loadPlan(file: string, options: PlanOptions = {}): DrillPlan {
  return parsePlan(readRecipe(file), file, options);
}

/** {@link loadPlan} for a text that is at hand. */
export function parsePlan(text: string, file: string, options: PlanOptions = {}): DrillPlan {
  const yaml = parseYaml(text.replace(/^\uFEFF/, ""), kind);
  const places = new Places(yaml.document, yaml.lines, file);
  const raw: unknown = isMap(yaml.document.contents) ? yaml.document.toJS() : {};
  const parsed = drillSchema.safeParse(raw, { error: explainIssue });
  const schema = yaml.readable ? (parsed.error?.issues ?? []).flatMap((issue) => pathFaults(issue)) : [];
  const faults = [
    ...yaml.faults.map(({ offset, message }) => placed({ path: [], part: "value", message }, places.atOffset(offset))),
    ...schema.map((fault) => placed(fault, places.at(fault.path, fault.part))),
  ];
  if (faults.length > 0 || parsed.data === undefined) {
    const [count, them] = faults.length === 1 ? ["a fault", "it"] : [`${faults.length} faults`, "them"];
    const lines = faults.toSorted((a, b) => a.line - b.line || a.column - b.column).map(formatFault);
    throw new UserError({
      what: `the drill has ${count}:\n${lines.join("\n")}\n`,
      remedy: `Correct ${them}; docs/drills.md says what a drill may hold`,
    });
  }
  return buildPlan(parsed.data, { text, folder: path.dirname(path.resolve(file)), ...options });
}
