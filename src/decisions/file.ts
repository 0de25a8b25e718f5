/** `decisions.yaml`: what people decided, one entry a decision, in the order in which they did. Validated like the recipe; a later entry of a cell takes the place of an earlier one. */
import fs from "node:fs";
import { stringify } from "yaml";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Place } from "../errors.ts";
import { formatFault, placed } from "../recipe/faults.ts";
import type { PathFault, RecipeFault } from "../recipe/faults.ts";
import { explainIssue, pathFaults } from "../recipe/issues.ts";
import { Places } from "../recipe/places.ts";
import { parseYaml } from "../recipe/structure.ts";

const kind = { name: "file of decisions", beginning: "decisions:" };

/** What the first decision is written behind. */
export const head = `${kind.beginning}\n`;

const text = z.string().min(1);
/** A number that a spreadsheet or YAML itself may have changed is refused: long ones stand in quotes. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const entry = z
  .strictObject({
    table: text,
    /** One value, or one for each column of the key. */
    key: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]),
    column: text.optional(),
    value: scalar.optional(),
    withhold: z.literal(true).optional(),
    evidence: z.string().regex(/^[0-9a-f]{16}$/),
    by: text,
    why: text,
    at: text.optional(),
  })
  .refine(({ column, value, withhold }) =>
    withhold === true ? column === undefined && value === undefined : column !== undefined && value !== undefined,
  );

const decisions = z.strictObject({ decisions: z.array(entry) });

type Entry = z.infer<typeof entry>;

export interface Decision {
  readonly table: string;
  /** One text for each column of the key. */
  readonly key: readonly string[];
  /** Undefined: the whole row is withheld. */
  readonly cell: { readonly column: string; readonly value: string | null } | undefined;
  readonly evidence: string;
  readonly by: string;
  readonly why: string;
  readonly place: Place;
}

/** None where there is no file. Throws UserError with all faults at once. */
export function readDecisions(file: string): Decision[] {
  if (!fs.existsSync(file)) return [];
  const yaml = parseYaml(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""), kind);
  const places = new Places(yaml.document, yaml.lines, file);
  const broken = yaml.faults.map(({ offset, message }) =>
    placed({ path: [], part: "value", message }, places.atOffset(offset)),
  );
  if (!yaml.readable) throw faulty(file, broken);
  const parsed = decisions.safeParse(yaml.document.toJS(), { error: explainIssue });
  const wrong = (parsed.error?.issues ?? []).flatMap((issue) => pathFaults(issue));
  const faults = [...broken, ...wrong.map((fault) => placed(inWords(fault), places.at(fault.path, fault.part)))];
  if (faults.length > 0 || parsed.data === undefined) throw faulty(file, faults);
  return parsed.data.decisions.map((each, index) => decisionOf(each, places.at(["decisions", index])));
}

/** What concerns an entry as a whole is told here: it decides a cell, or a row. */
function inWords(fault: PathFault): PathFault {
  if (fault.path.length !== 2) return fault;
  return { ...fault, message: "give `column` with `value`, or `withhold: true` for the row" };
}

function faulty(file: string, faults: readonly RecipeFault[]): UserError {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return new UserError({
    what: `the decisions have ${count}:\n${faults.map(formatFault).join("\n")}`,
    where: { file },
    remedy: "Correct them; nothing is decided before that",
  });
}

function decisionOf({ table, key, column, value, evidence, by, why }: Entry, place: Place): Decision {
  const keys = Array.isArray(key) ? key : [key];
  return {
    table,
    key: keys.map((part) => exactText(part, place)),
    cell:
      column === undefined || value === undefined
        ? undefined
        : { column, value: value === null ? null : exactText(value, place) },
    evidence,
    by,
    why,
    place,
  };
}

function exactText(value: string | number | boolean, place: Place): string {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value);
  throw new UserError({
    what: `${value} has more digits than YAML keeps`,
    where: place,
    remedy: "Put the number in quotes",
  });
}

/** What is appended to the file for one decision. */
export function entryText(decision: Omit<Decision, "place"> & { readonly at: string }): string {
  const { table, key, cell, evidence, by, why, at } = decision;
  const what = cell === undefined ? { withhold: true } : { column: cell.column, value: cell.value };
  return stringify([{ table, key: key.length === 1 ? key[0] : key, ...what, evidence, by, why, at }], { lineWidth: 0 });
}
