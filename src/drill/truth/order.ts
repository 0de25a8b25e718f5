import { sameName } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";

/** Parents before children; where tables refer to each other in a circle, in the order given. */
export function parentsFirst(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const open = new Set(tables);
  while (open.size > 0) {
    const ready = [...open].filter((table) => !waits(table, open));
    const next = ready.length > 0 ? ready : [...open].slice(0, 1);
    for (const table of next) {
      ordered.push(table);
      open.delete(table);
    }
  }
  return ordered;
}

function waits(table: Table, open: ReadonlySet<Table>): boolean {
  return table.foreignKeys.some(({ references }) =>
    [...open].some((other) => other !== table && sameName(other.id, references)),
  );
}
