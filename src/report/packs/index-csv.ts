/** `index.csv` of the packs: a line a parent, for who hands them out. */
import { csvRecord } from "../csv.ts";
import type { PackEntry } from "./model.ts";

export function indexHeader(identifying: readonly string[]): string {
  const numbers = ["recovered", "withheld", "deleted", "provisional", "emptied or default", "decided"];
  return csvRecord(["key", ...identifying, "this row", ...numbers, "file"]);
}

export function indexRecord({ key, identifying, state, counts, file }: PackEntry): string {
  const { recovered, withheld, deleted, provisional, replaced, decided } = counts;
  const texts = identifying.map(({ text, length }) => (length === undefined ? text : `${text}…`));
  return csvRecord([key, ...texts, state, recovered, withheld, deleted, provisional, replaced, decided, file]);
}
