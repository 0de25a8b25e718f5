/** `mistakes.csv`: what a rescue got wrong, row by row and cell by cell, to find out why. */
import { AtomicFile } from "../../files/atomic.ts";
import { csvRecord } from "../../report/csv.ts";
import type { Column } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import type { Mistake } from "../score/evidence.ts";

const head = ["table", "key", "column", "kind", "true value", "rebuilt value", "what people are told"];

/** In the order of the tables and their keys, as the scorer finds them. */
export function writeMistakes(file: string, mistakes: readonly Mistake[]): void {
  const target = new AtomicFile(file);
  try {
    target.write(csvRecord(head));
    for (const { table, key, kind, column, truth, found, said } of mistakes)
      target.write(
        csvRecord([
          table.id,
          key,
          column?.name ?? null,
          kind,
          shown(column, truth),
          shown(column, found),
          said ?? null,
        ]),
      );
    target.commit();
  } catch (error) {
    target.discard();
    throw error;
  }
}

function shown(column: Column | undefined, value: CanonicalValue | undefined): string | null {
  return column === undefined || value === undefined || value === null ? null : codecFor(column).format(value);
}
