/** From zod's issues to faults that a person understands: what was expected, what was found, what may have been meant. */
import { z } from "zod";
import type { PathFault } from "./faults.ts";
import type { YamlPath } from "./places.ts";
import { didYouMean } from "./suggest.ts";

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const shownLength = 60;

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function shown(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a map";
  const text = JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

/** `expected a list, found 5`; or that it is missing. */
export function expectedBut(expected: string, input: unknown): string {
  return input === undefined ? `is missing; expected ${expected}` : `expected ${expected}, found ${shown(input)}`;
}

function oneOf(values: readonly unknown[]): string {
  const texts = [...new Set(values.map((value) => String(value)))];
  return texts.length === 1 ? (texts[0] ?? "") : `one of ${texts.join(", ")}`;
}

function wrongValue(values: readonly unknown[], input: unknown): string {
  const meant = typeof input === "string" ? didYouMean(input, values.map(String)) : "";
  return expectedBut(oneOf(values), input) + meant;
}

function outOfRange(issue: Extract<RawIssue, { code: "too_small" | "too_big" }>): string {
  const [word, limit] = issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  if (issue.origin === "string") return "expected text, found an empty one";
  const bound = issue.inclusive === false ? (issue.code === "too_small" ? "more than" : "less than") : word;
  const unit = issue.origin === "array" ? ` entr${limit === 1 ? "y" : "ies"}` : "";
  return expectedBut(`${bound} ${limit}${unit}`, issue.input);
}

function keysOf(schema: z.core.$ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** A line for each key, in the order of `keys`: {@link pathFaults} takes them apart again. */
function unknownKeys(issue: Extract<RawIssue, { code: "unrecognized_keys" }>): string {
  const known = keysOf(issue.schema);
  const message = (key: string): string => {
    const meant = didYouMean(key, known);
    return `unknown key${meant === "" ? `; expected ${oneOf(known)}` : meant}`;
  };
  return issue.keys.map(message).join("\n");
}

function noBranch(issue: Extract<RawIssue, { code: "invalid_union" }>): string | undefined {
  if (issue.discriminator === undefined) return undefined;
  const input = issue.input as Readonly<Record<string, unknown>>;
  const known = Array.isArray(issue["options"]) ? issue["options"] : [];
  return wrongValue(known, input[issue.discriminator]);
}

/** zod's error map: only for issues whose schema has no message of its own. */
export function explainIssue(issue: RawIssue): string | undefined {
  if (issue.code === "invalid_type") return expectedBut(typeNames[issue.expected] ?? issue.expected, issue.input);
  if (issue.code === "invalid_value") return wrongValue(issue.values, issue.input);
  if (issue.code === "too_small" || issue.code === "too_big") return outOfRange(issue);
  if (issue.code === "unrecognized_keys") return unknownKeys(issue);
  return issue.code === "invalid_union" ? noBranch(issue) : undefined;
}

function isWrongKind(issue: Issue | undefined): boolean {
  return issue !== undefined && issue.path.length === 0 && ["invalid_type", "invalid_value"].includes(issue.code);
}

function isHinted(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.message.includes("did you mean"));
}

/** The branch that a value was meant for: the one with the fewest faults, and of two such the one that names a slip. */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const [first] = branches
    .filter((issues) => !isWrongKind(issues[0]))
    .toSorted((left, right) => left.length - right.length || Number(isHinted(right)) - Number(isHinted(left)));
  return first;
}

/** `expected A, found x` and `expected B, found x` → `expected A, or B, found x`. */
function anyOf(messages: readonly string[]): string {
  const [first = ""] = messages;
  const kinds = new Set(messages.map((message) => message.replace(/^.*?expected (.*?)(?:, found .*)?$/s, "$1")));
  return first.replace(/expected .*?(?=, found |$)/s, () => `expected ${[...kinds].join(", or ")}`);
}

/** Of a union the branch that the value was meant for; all of them, if it is of another kind than each. */
function unionFaults(branches: readonly (readonly Issue[])[], path: YamlPath): PathFault[] {
  const meant = meantBranch(branches);
  if (meant !== undefined) return meant.flatMap((issue) => pathFaults(issue, path));
  const messages = branches.flatMap((issues) => issues.map((issue) => issue.message));
  const named = messages.find((message) => message.includes("did you mean"));
  return [{ path, part: "value", message: named ?? anyOf(messages) }];
}

/** One issue as one fault a place. */
export function pathFaults(issue: Issue, base: YamlPath = []): PathFault[] {
  const path = [...base, ...(issue.path as YamlPath)];
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, at) => ({ path: [...path, key], part: "key", message: messages[at] ?? "" }));
  }
  if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path, part: "key", message: inner.message }));
  if (issue.code === "invalid_union" && issue.errors.length > 0) return unionFaults(issue.errors, path);
  return [{ path, part: "value", message: issue.message }];
}
