/** Which table a record of the transaction log is of, and whether it holds the table's rows or something beside them. */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import type { RowLayout } from "../row-images/layout.ts";
import type { LogRecord } from "./log-record.ts";

const ofIndexes = new Set(["LCX_INDEX_LEAF", "LCX_INDEX_INTERIOR"]);
/** What the server calls the units of tables that are no more. */
const nameless = "Unknown Alloc Unit";

function wantedName({ table, from }: TableMapping): string {
  return from ?? `${table.schema}.${table.name}`;
}

/** By `dbo.Orders` or `dbo.Orders.PK_Orders`, or by the number of its partition or unit where that is the `from`. */
export function tableOfRecord(record: LogRecord, mappings: readonly TableMapping[]): TableMapping | undefined {
  const { unit, partition, unitId } = record;
  const numbered = mappings.find(({ from }) => from !== undefined && (from === partition || from === unitId));
  if (numbered !== undefined) return numbered;
  const fits = mappings.filter((mapping) => {
    const name = wantedName(mapping);
    return sameName(unit, name) || sameName(unit.slice(0, name.length + 1), `${name}.`);
  });
  return fits.toSorted((left, right) => wantedName(right).length - wantedName(left).length)[0];
}

/**
 * Does the record tell of the table's rows? `beside`: of an index, whose entries repeat them; `other`: of a table that is called like
 * this one, and more; a sentence where the rows stand otherwise than the schema says.
 */
export function standing(
  mapping: TableMapping,
  { unit, context }: LogRecord,
  layout: RowLayout | string,
): "rows" | "beside" | "other" | { readonly why: string } {
  if (ofIndexes.has(context)) return "beside";
  if (context.startsWith("LCX_TEXT")) return { why: "it is a part of a large value" };
  if (typeof layout === "string") return { why: layout };
  const name = wantedName(mapping);
  const isNamed = sameName(unit, name) || sameName(unit.slice(0, name.length + 1), `${name}.`);
  const index = isNamed && !sameName(unit, nameless) ? unit.slice(name.length + 1) : undefined;
  if (context === "LCX_HEAP") return index === undefined || index === "" ? inHeap(layout) : "other";
  if (index === "") return context === "LCX_CLUSTERED" ? { why: "the log names no index" } : inHeap(layout);
  if (index === undefined || isOwnIndex(index, layout))
    return layout.isHeap && context === "LCX_CLUSTERED" ? { why: strange("an index") } : "rows";
  return context === "LCX_CLUSTERED" ? { why: strange(index) } : "beside";
}

function inHeap(layout: RowLayout): "rows" | { readonly why: string } {
  return layout.isHeap || layout.isAsDeclared
    ? "rows"
    : { why: "its rows stood in a heap, and by the schema in an index" };
}

function strange(index: string): string {
  return `its rows stood in ${index}, which is no clustered index of the schema`;
}

/** The server makes names for keys that have none. */
function isOwnIndex(index: string, { index: name, clustered }: RowLayout): boolean {
  if (clustered === undefined) return false;
  if (name !== undefined) return sameName(index, name);
  return index.toUpperCase().startsWith(clustered === "primary" ? "PK__" : "UQ__");
}

/** Throws UserError where rows of several tables that are no more stand under the one name that the server has for them. */
export class NamelessUnits {
  readonly #partitions = new Set<string>();

  take({ unit, partition, unitId }: LogRecord): void {
    if (sameName(unit, nameless)) this.#partitions.add(partition === "" ? unitId : partition);
  }

  refuseSeveral(mappings: readonly TableMapping[], { name }: EvidenceFile): void {
    const asked = mappings.find(({ from }) => from !== undefined && sameName(from, nameless));
    if (asked === undefined || this.#partitions.size < 2) return;
    throw new UserError({
      what: `the log has rows of ${this.#partitions.size} partitions under the name ${nameless}`,
      remedy: `Give the PartitionId as the \`from\` of ${asked.table.id}: ${[...this.#partitions].slice(0, 12).join(", ")}`,
      where: { file: name },
    });
  }
}
