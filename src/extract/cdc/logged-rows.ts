/** Whole rows in records of the transaction log, as changes of the target's tables. */
import { sameName } from "../../schema/model.ts";
import { changeOf } from "../events/change-of.ts";
import type { RowChange } from "../events/changes.ts";
import type { TableMapping } from "../extractor.ts";
import { layoutOf, type RowLayout } from "../row-images/layout.ts";
import { readRow, type RowImage } from "../row-images/record.ts";

const ofIndexes = new Set(["LCX_INDEX_LEAF", "LCX_INDEX_INTERIOR"]);
const hex = /^(?:0x)?((?:[0-9a-f]{2})+)$/i;

export class LoggedRows {
  readonly #layouts = new Map<TableMapping, RowLayout | string>();

  /** Is it an entry of an index that does not hold the rows themselves? `index`: empty of a heap; `context`: empty where it is not known. */
  isOfOtherIndex(mapping: TableMapping, index: string, context: string): boolean {
    if (ofIndexes.has(context)) return true;
    const layout = this.#layout(mapping);
    if (typeof layout === "string" || context === "LCX_CLUSTERED" || context === "LCX_HEAP") return false;
    if (layout.isHeap) return index !== "";
    return layout.index !== undefined && index !== "" && !sameName(index, layout.index);
  }

  /** `image`: in hex, as fn_dblog gives it. A sentence where the row cannot be read. */
  read(mapping: TableMapping, operation: "insert" | "delete", image: string): Omit<RowChange, "at"> | string {
    const layout = this.#layout(mapping);
    if (typeof layout === "string") return layout;
    const digits = hex.exec(image)?.[1];
    if (digits === undefined)
      return image === "" || /^null$/i.test(image) ? "the export does not hold it" : "it is not written in hex";
    const row = readRow(Buffer.from(digits, "hex"), layout);
    return typeof row === "string" ? row : said(mapping, operation, row);
  }

  #layout(mapping: TableMapping): RowLayout | string {
    const known = this.#layouts.get(mapping) ?? layoutOf(mapping.table);
    this.#layouts.set(mapping, known);
    return known;
  }
}

function said(
  mapping: TableMapping,
  operation: "insert" | "delete",
  { values, unread }: RowImage,
): Omit<RowChange, "at"> {
  const named = (name: string) => mapping.columns.get(name) ?? name;
  const fields = new Map([...values].map(([column, value]) => [named(column.name), value]));
  return changeOf(mapping, operation, fields, new Map([...unread].map(([column, why]) => [named(column.name), why])));
}
