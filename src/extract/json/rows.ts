/** From a record to the rows of a table that stand in it. */
import { elementsOf, isArray, isObject, type Member, membersOf, readObject } from "../text/json.ts";
import { whyNoJson } from "./reason.ts";

export interface JsonRow {
  /** As it is written. */
  readonly text: string;
  readonly members: readonly Member[];
  /** The objects around it, the nearest first. */
  readonly around: readonly (readonly Member[])[];
}

/** What stands where a row is expected, and is none. */
export interface NoRow {
  readonly text: string;
  readonly reason: string;
}

/** The record as the row that it is, or why it is none. */
export function readRecord(text: string): JsonRow | NoRow {
  const members = readObject(text);
  if (members === undefined) return { text, reason: reasonOf(text) };
  const reason = hasHalfPair(text) ? "it holds half of a surrogate pair" : twice(members);
  return reason === undefined ? { text, members, around: [] } : { text, reason };
}

/** The rows at the end of the path `inner`, in their order. */
export function rowsIn(record: JsonRow, inner: readonly string[]): (JsonRow | NoRow)[] {
  const [name, ...rest] = inner;
  if (name === undefined) return [record];
  const found = memberOf(record.members, name);
  if (found === undefined) return [];
  return valuesOf(found.text).flatMap((text) => {
    const row = below(record, name, text);
    return "reason" in row ? [row] : rowsIn(row, rest);
  });
}

/** The member that is called so, else one that differs in case only. */
export function memberOf(members: readonly Member[], name: string): Member | undefined {
  const lower = name.toLowerCase();
  return (
    members.find((member) => member.name === name) ?? members.find((member) => member.name.toLowerCase() === lower)
  );
}

function below({ members: parent, around }: JsonRow, name: string, text: string): JsonRow | NoRow {
  if (!isObject(text)) return { text, reason: `it stands in ${name}, and is no object` };
  const members = membersOf(text);
  const reason = twice(members);
  return reason === undefined ? { text, members, around: [parent, ...around] } : { text, reason };
}

/** Null is no row; a single object is one. */
function valuesOf(text: string): readonly string[] {
  if (text === "null") return [];
  return isArray(text) ? elementsOf(text) : [text];
}

function twice(members: readonly Member[]): string | undefined {
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) return `the field ${JSON.stringify(name)} occurs twice`;
    names.add(name);
  }
  return undefined;
}

function reasonOf(text: string): string {
  return isJson(text) ? "it is no object" : whyNoJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const escapes = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F])|[^])/g;

/** Such text cannot be written as UTF-8, nor be compared. */
function hasHalfPair(text: string): boolean {
  if (!text.isWellFormed()) return true;
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  for (const [, half] of text.matchAll(escapes)) if (half !== undefined) return true;
  return false;
}
