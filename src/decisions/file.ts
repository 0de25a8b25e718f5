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
import type { RuleUse } from "../recipe/recipe.ts";
import { simpleRules } from "../recipe/schema.ts";
import { parseYaml } from "../recipe/structure.ts";

const kind = { name: "file of decisions", beginning: "decisions:" };

/** What the first decision is written behind. */
export const head = `${kind.beginning}\n`;

const text = z.string().min(1);
/** A number that a spreadsheet or YAML itself may have changed is refused: long ones stand in quotes. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const hash = z.string().regex(/^[0-9a-f]{16}$/);
const yes = z.literal(true).optional();

/** What a group may be decided by: one rule, as a recipe names it. Accuracies are estimated only where a recipe asks for them. */
const groupRules = simpleRules.filter((name) => name !== "ask" && name !== "accuracy");
export type GroupRule =
  | Exclude<(typeof simpleRules)[number], "ask" | "accuracy">
  | { readonly prefer: readonly string[] };
const rule = z.union([z.enum(groupRules), z.strictObject({ prefer: z.array(text).min(1) })]);

const entry = z
  .strictObject({
    table: text,
    /** One value, or one for each column of the key. */
    key: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]).optional(),
    column: text.optional(),
    value: scalar.optional(),
    withhold: yes,
    keep: yes,
    /** What the cells of a group have in common, in the words of the review. */
    group: text.optional(),
    rule: rule.optional(),
    cells: z.int().min(1).optional(),
    undo: yes,
    evidence: hash.optional(),
    by: text,
    why: text,
    at: text.optional(),
  })
  .refine((each) => formOf(each) !== undefined);

const decisions = z.strictObject({ decisions: z.array(entry).nullable() });

type Entry = z.infer<typeof entry>;

/** What was decided. */
export type Verdict =
  | { readonly kind: "cell"; readonly key: readonly string[]; readonly column: string; readonly value: string | null }
  /** The row is not written, or it is although nobody can tell whether it was there. */
  | { readonly kind: "withhold"; readonly key: readonly string[] }
  | { readonly kind: "keep"; readonly key: readonly string[] }
  /** Every cell on the list that belongs to the entry, by a rule. */
  | {
      readonly kind: "group";
      readonly column: string;
      readonly group: string;
      readonly rule: GroupRule;
      readonly cells: number;
    }
  /** What was decided of the cell, the row or the group before holds no more; `key` undefined: a group. */
  | {
      readonly kind: "undo";
      readonly key: readonly string[] | undefined;
      readonly column: string | undefined;
      readonly group: string | undefined;
    };

export interface Decision {
  readonly table: string;
  readonly verdict: Verdict;
  /** Stands for what was claimed; of a group it is the name of its list. Empty for what is undone. */
  readonly evidence: string;
  readonly by: string;
  readonly why: string;
  readonly at: string | undefined;
  readonly place: Place;
}

const forms = {
  cell: { needs: ["key", "column", "value", "evidence"], may: [] },
  withhold: { needs: ["key", "withhold", "evidence"], may: [] },
  keep: { needs: ["key", "keep", "evidence"], may: [] },
  group: { needs: ["column", "group", "rule", "cells", "evidence"], may: [] },
  undo: { needs: ["undo"], may: ["key", "column", "group"] },
} as const;

type Form = keyof typeof forms;

const always = new Set(["table", "by", "why", "at"]);

/** Undefined where the keys fit none. */
function formOf(each: Readonly<Record<string, unknown>>): Form | undefined {
  const given = Object.keys(each).filter((name) => each[name] !== undefined && !always.has(name));
  return (Object.keys(forms) as Form[]).find((name) => {
    const { needs, may } = forms[name];
    const known = new Set<string>([...needs, ...may]);
    return given.every((key) => known.has(key)) && needs.every((key) => given.includes(key));
  });
}

/** None where there is no file. Throws UserError with all faults at once. */
export function readDecisions(file: string): Decision[] {
  return fs.existsSync(file) ? parseDecisions(readText(file), file) : [];
}

/** Throws UserError for bytes that are no UTF-8: read leniently they would come back as something else. */
export function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(fs.readFileSync(file));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UserError({
      what: "the decisions are not in UTF-8: an editor saved them in another encoding",
      where: { file },
      remedy: "Save the file as UTF-8; nothing is decided before that, and nothing of it was changed",
      cause,
    });
  }
}

/** `file` is named in faults. */
export function parseDecisions(content: string, file: string): Decision[] {
  if (content.replaceAll(/^\s*(?:#.*)?$/gm, "").trim() === "") return [];
  const yaml = parseYaml(content.replace(/^\uFEFF/, ""), kind);
  const places = new Places(yaml.document, yaml.lines, file);
  const broken = yaml.faults.map(({ offset, message }) =>
    placed({ path: [], part: "value", message }, places.atOffset(offset)),
  );
  if (!yaml.readable) throw faulty(file, broken);
  const parsed = decisions.safeParse(yaml.document.toJS(), { error: explainIssue });
  const wrong = (parsed.error?.issues ?? []).flatMap((issue) => pathFaults(issue));
  const faults = [...broken, ...wrong.map((fault) => placed(inWords(fault), places.at(fault.path, fault.part)))];
  if (faults.length > 0 || parsed.data === undefined) throw faulty(file, faults);
  return (parsed.data.decisions ?? []).map((each, index) => decisionOf(each, places.at(["decisions", index])));
}

/** What concerns an entry as a whole is told here: it decides a cell, a row or a group. */
function inWords(fault: PathFault): PathFault {
  if (fault.path.length !== 2 || fault.message.includes("key")) return fault;
  return {
    ...fault,
    message:
      "give `key`, `column`, `value` and `evidence` for a cell; `key`, `evidence` and `withhold: true` or `keep: true` for a row; " +
      "`column`, `group`, `rule`, `cells` and `evidence` for a group; `undo: true` for what is taken back",
  };
}

function faulty(file: string, faults: readonly RecipeFault[]): UserError {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return new UserError({
    what: `the decisions have ${count}:\n${faults.map(formatFault).join("\n")}`,
    where: { file },
    remedy: "Correct them; nothing is decided before that",
  });
}

function decisionOf(each: Entry, place: Place): Decision {
  const { table, evidence = "", by, why, at } = each;
  return { table, verdict: verdictOf(each, place), evidence, by, why, at, place };
}

function verdictOf(each: Entry, place: Place): Verdict {
  const { key, column, value, group, rule: by, cells = 0 } = each;
  const keys = key === undefined ? undefined : (Array.isArray(key) ? key : [key]).map((part) => exactText(part, place));
  const form = formOf(each);
  if (form === "group" && column !== undefined && group !== undefined && by !== undefined)
    return { kind: "group", column, group, rule: by, cells };
  if ((form === "withhold" || form === "keep") && keys !== undefined) return { kind: form, key: keys };
  if (form === "cell" && keys !== undefined && column !== undefined && value !== undefined)
    return { kind: "cell", key: keys, column, value: value === null ? null : exactText(value, place) };
  return { kind: "undo", key: keys, column, group };
}

function exactText(value: string | number | boolean, place: Place): string {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value);
  throw new UserError({
    what: `${value} has more digits than YAML keeps`,
    where: place,
    remedy: "Put the number in quotes",
  });
}

/** The rule as reconciliation runs it. */
export function ruleUseOf(by: GroupRule): RuleUse {
  return typeof by === "string" ? { rule: by } : { rule: "prefer", sources: by.prefer };
}

/** What is appended to the file for one decision. */
export function entryText({ table, verdict, evidence, by, why, at }: Omit<Decision, "place">): string {
  const anchor = evidence === "" ? {} : { evidence };
  const signed = { ...anchor, by, why, ...(at === undefined ? {} : { at }) };
  return stringify([{ table, ...written(verdict), ...signed }], { lineWidth: 0 });
}

function written(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { kind: form } = verdict;
  const key = "key" in verdict && verdict.key !== undefined ? { key: keyText(verdict.key) } : {};
  if (form === "cell") return { ...key, column: verdict.column, value: verdict.value };
  if (form === "withhold" || form === "keep") return { ...key, [form]: true };
  const { column, group } = verdict;
  if (form === "group") return { column, group, rule: verdict.rule, cells: verdict.cells };
  return {
    ...key,
    ...(column === undefined ? {} : { column }),
    ...(group === undefined ? {} : { group }),
    undo: true,
  };
}

function keyText(key: readonly string[]): string | readonly string[] {
  return key.length === 1 ? (key[0] ?? "") : key;
}
