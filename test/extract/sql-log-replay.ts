/** What the changes of a log come to, as far as their values are known. */
import { findColumn, type Table } from "../../src/schema/model.ts";
import { Unparsable, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import type { Changes } from "./change-harness.ts";

/** In canonical form; bytes as hex. */
export type Row = Readonly<Record<string, unknown>>;

/** A row a key; what is computed or not known is not there. */
export function replay(changes: Changes["changes"], table: Table): Map<string, Row> {
  const rows = new Map<string, Record<string, unknown>>();
  // Two changes of one row stand in the order of their lines, though transactions end in another.
  for (const { table: id, operation, isBefore, cells, touches } of changes.toSorted(
    (a, b) => a.position - b.position,
  )) {
    if (isBefore || id !== table.id) continue;
    const known = Object.entries(cells).map(([name, raw]) => [name, canonical(raw, name, table)] as const);
    const key = String(Object.fromEntries(known)[table.primaryKey?.columns[0] ?? ""]);
    if (operation === "delete") rows.delete(key);
    else {
      const before = operation === "insert" ? {} : (rows.get(key) ?? {});
      const row: Record<string, unknown> = { ...before, ...Object.fromEntries(known) };
      for (const touch of touches) delete row[touch.split(":")[0] ?? ""];
      rows.set(key, row);
    }
  }
  return rows;
}

function canonical(raw: RawValue | null, name: string, table: Table): unknown {
  const column = findColumn(table, name);
  if (raw === null || column === undefined) return raw;
  const value = codecFor(column).parse(raw, { dateOrder: "ymd" });
  if (value instanceof Unparsable) throw new Error(`${name} ${String(raw)} ${value.reason}`);
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString("hex")}` : value;
}
