/** Whole rows in records of the transaction log, as changes of the target's tables. */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { changeOf } from "../events/change-of.ts";
import type { RowChange } from "../events/changes.ts";
import type { TableMapping } from "../extractor.ts";
import type { Unread } from "../row-images/cells.ts";
import { layoutOf, type RowLayout } from "../row-images/layout.ts";
import { readRow, type RowImage } from "../row-images/record.ts";
import { logBytes } from "./log-record.ts";
import type { ChangedRow } from "./logged-pages.ts";

type Change = Omit<RowChange, "at">;

export class LoggedRows {
  readonly #layouts = new Map<TableMapping, RowLayout | string>();

  /** A sentence where the schema does not say where columns stand. */
  layout(mapping: TableMapping): RowLayout | string {
    const known = this.#layouts.get(mapping) ?? layoutOf(mapping.table);
    this.#layouts.set(mapping, known);
    return known;
  }

  isRow(mapping: TableMapping, bytes: Buffer): boolean {
    const layout = this.layout(mapping);
    return typeof layout !== "string" && typeof readRow(bytes, layout) !== "string";
  }

  /** `image`: in hex, as fn_dblog gives it. A sentence where the row cannot be read. */
  read(mapping: TableMapping, operation: "insert" | "delete", image: string): Change | string {
    const layout = this.layout(mapping);
    if (typeof layout === "string") return layout;
    const bytes = logBytes(image);
    if (bytes === undefined) return image === "" ? "the export does not hold it" : "it is not written in hex";
    const row = readRow(bytes, layout);
    return typeof row === "string"
      ? row
      : changeOf(mapping, operation, valuesOf(mapping, row), touchedBy(mapping, row));
  }

  /** Both images have to be rows of the table. */
  changed(mapping: TableMapping, { before, after }: ChangedRow): Change | string {
    const layout = this.layout(mapping);
    if (typeof layout === "string") return layout;
    const [old, now] = [readRow(before, layout), readRow(after, layout)];
    if (typeof old === "string") return old;
    if (typeof now === "string") return now;
    const others = new Map([...now.unread].filter(([column, value]) => !isSame(old.unread.get(column), value)));
    const change = changeOf(mapping, "update", valuesOf(mapping, now), touchedBy(mapping, { unread: others }));
    return { ...change, before: valuesOf(mapping, old) };
  }
}

function isSame(old: Unread | undefined, now: Unread): boolean {
  return old?.bytes.equals(now.bytes) === true;
}

function nameOf(mapping: TableMapping, { name }: Column): string {
  return mapping.columns.get(name) ?? name;
}

function valuesOf(mapping: TableMapping, { values }: RowImage): Map<string, RawValue | null> {
  return new Map([...values].map(([column, value]) => [nameOf(mapping, column), value]));
}

function touchedBy(mapping: TableMapping, { unread }: Pick<RowImage, "unread">): Map<string, string> {
  return new Map([...unread].map(([column, { why }]) => [nameOf(mapping, column), why]));
}
