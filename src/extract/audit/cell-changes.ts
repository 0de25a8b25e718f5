/** An audit with a row for each cell that was changed: table, key, column, old value, new value. */
import { sameName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import { columnOf } from "../events/columns.ts";
import type { Fields } from "../events/changes.ts";
import { faulty, skipped, unrouted } from "../events/outcome.ts";
import type { LoggedTable, TableRoutes } from "../events/routes.ts";
import type { TableMapping } from "../extractor.ts";
import { type AuditForm, type AuditReader, cellOf, changeOf, isOutcomes, occasionOf, valueOf } from "./reader.ts";

/** How a cell was changed in an audit that keeps old values alone. */
const unsaid = "changed to a value that the audit does not keep";

/** `only`: the table of an audit that does not name any. */
export function cellChangeReader(form: AuditForm, routes: TableRoutes, only: TableMapping | undefined): AuditReader {
  const { columns } = form;
  return (row) => {
    const mapping = columns.tableName === undefined ? only : routes.find(nameParts(cellOf(row, columns.tableName)));
    if (mapping === undefined) return [unrouted];
    const occasion = occasionOf(row, form);
    if (isOutcomes(occasion)) return occasion;
    const key = keyCells(row, mapping, form);
    if (typeof key === "string") return faulty(key);
    const name = String(cellOf(row, columns.column) ?? "").trim();
    if (name !== "" && columnOf(mapping, name) === undefined) return skipped("the column feeds no target column");
    const [old, after] = [columns.old, columns.new].map((source) => cellOf(row, source));
    if (occasion.deed === "before") return changeOf(mapping, occasion, { after: withCell(key, name, old, form) });
    const before = withCell(key, name, old, form);
    const hasOld = name !== "" && old !== undefined;
    const touched = name === "" || after !== undefined ? undefined : new Map([[name, unsaid]]);
    return changeOf(mapping, occasion, {
      before: hasOld ? before : undefined,
      after: withCell(key, name, after, form),
      touched,
    });
  };
}

function withCell(key: Fields, name: string, value: RawValue | null | undefined, form: AuditForm): Fields {
  if (name === "" || value === undefined) return key;
  const others = [...key].filter(([part]) => !sameName(part, name));
  return new Map([...others, [name, valueOf(value, form)]]);
}

/** By the source's names of the target's key columns; a sentence where they are not as many. */
function keyCells(row: Fields, mapping: TableMapping, { settings, columns }: AuditForm): Fields | string {
  const names = keyNames(mapping);
  const cells = columns.key.map((name) => cellOf(row, name) ?? null);
  const [whole] = cells;
  const isOneText = settings.keySeparator !== undefined && names.length > 1;
  const parts = isOneText ? String(whole ?? "").split(settings.keySeparator ?? "") : cells;
  if (parts.length !== names.length)
    return `its key has ${parts.length} ${parts.length === 1 ? "part" : "parts"}, and that of ${mapping.table.id} ${names.length}`;
  return new Map(names.map((name, index) => [name, trimmed(parts[index] ?? null, isOneText)]));
}

function trimmed(part: RawValue | null, isPart: boolean): RawValue | null {
  return isPart && typeof part === "string" ? part.trim() : part;
}

const sources = new WeakMap<TableMapping, readonly string[]>();

/** What feeds the target's key, in its order; looked for once. */
function keyNames(mapping: TableMapping): readonly string[] {
  const names = sources.get(mapping) ?? planKey(mapping.table).columns.map(({ name }) => sourceOf(mapping, name));
  sources.set(mapping, names);
  return names;
}

function sourceOf({ columns }: TableMapping, target: string): string {
  return [...columns].find(([name]) => sameName(name, target))?.[1] ?? target;
}

/** `[dbo].[Order Details]`, `dbo.Orders`, `Orders`. */
function nameParts(cell: RawValue | null | undefined): LoggedTable {
  const parts = [...String(cell ?? "").matchAll(/\[((?:[^\]]|\]\])*)\]|"([^"]*)"|([^.[\]"]+)/g)].map((match) =>
    (match[1] ?? match[2] ?? match[3] ?? "").replaceAll("]]", "]").trim(),
  );
  const [name = "", schema, database] = parts.toReversed();
  return { name, ...(schema === undefined ? {} : { schema }), ...(database === undefined ? {} : { database }) };
}
