/** What the words of an audit say was done. */
import type { RawValue } from "../../values/codec.ts";
import type { AuditSettings } from "./options.ts";

/** `before`: the row held this until then. */
export type Deed = "insert" | "update" | "delete" | "before" | "skip";

const words: Readonly<Record<Exclude<Deed, "before" | "skip">, string>> = {
  insert: "I INS INSERT INSERTED C CREATE CREATED A ADD ADDED",
  update: "U UPD UPDATE UPDATED M MODIFY MODIFIED CHANGE CHANGED E EDIT EDITED",
  delete: "D DEL DELETE DELETED R REMOVE REMOVED",
};

const known = new Map(
  Object.entries(words).flatMap(([deed, list]) => list.split(" ").map((word): [string, Deed] => [word, deed as Deed])),
);

/** Undefined for a word that nobody explains. Without a column for it everything is an update. */
export function deedOf(
  word: RawValue | null | undefined,
  { operation, operations = {} }: Pick<AuditSettings, "operation" | "operations">,
): Deed | undefined {
  if (operation === undefined) return "update";
  const text = String(word ?? "").trim();
  const own = Object.entries(operations).find(([name]) => name.toUpperCase() === text.toUpperCase())?.[1];
  return own ?? known.get(text.toUpperCase());
}
