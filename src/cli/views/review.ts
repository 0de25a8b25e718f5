/** What `review` says. */
import { counted, printable } from "../text.ts";

export function invitation(url: string): string {
  return [
    `Open ${url}`,
    "Whoever has this address may decide; it is answered on this machine alone, as long as this command runs.",
    "Ctrl-C ends it. What is decided is added to decisions.yaml at once; `salvage run` then applies it.",
  ].join("\n");
}

export function exportedView({ file, items }: { readonly file: string; readonly items: number }): string {
  if (items === 0) return `Nothing is left to decide; ${printable(file)} has a header alone.`;
  return [
    `${counted(items, "item")} to decide in ${printable(file)}`,
    "Fill in the column choice: a claim's number, NULL, withhold, keep, or text: with a value behind it.",
    `Then salvage review --import ${printable(file)} notes all of it; salvage run applies it.`,
  ].join("\n");
}

export function importedView({ noted, known }: { readonly noted: number; readonly known: number }): string {
  const before = known === 0 ? "" : `; ${counted(known, "line")} noted before`;
  return `${counted(noted, "decision")} noted in decisions.yaml${before}; salvage run applies ${noted === 1 ? "it" : "them"}.`;
}
