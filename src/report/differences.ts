/** `report/verify.csv`: what a database has otherwise than it was to be rebuilt. */
import path from "node:path";
import type { WrittenFile } from "../files/atomic.ts";
import { csvRecord } from "./csv.ts";
import { writeList } from "./lists.ts";

export interface ListedDifference {
  readonly table: string;
  /** As people read it. */
  readonly key: string;
  /** A row that is not there, one that should not be there, or a cell. */
  readonly kind: "missing" | "extra" | "differs";
  readonly column: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

/** `differences` are masked already where they are to be. */
export function writeDifferences(folder: string, differences: Iterable<ListedDifference>): WrittenFile {
  const header = ["table", "key", "what", "column", "expected", "found"];
  return writeList(path.join(folder, "verify.csv"), header, records(differences));
}

function* records(differences: Iterable<ListedDifference>): Generator<string> {
  for (const { table, key, kind, column, expected, found } of differences)
    yield csvRecord([table, key, kind, column, expected, found]);
}
