/**
 * Rows of SQL Server's change tables:
 * https://learn.microsoft.com/sql/relational-databases/system-tables/cdc-capture-instance-ct-transact-sql
 */
import type { RawValue } from "../../values/codec.ts";
import { columnOf } from "../events/columns.ts";
import type { Fields } from "../events/changes.ts";
import { keyOf, movesKey } from "../events/images.ts";
import { faulty, type Outcome } from "../events/outcome.ts";
import type { TableMapping } from "../extractor.ts";
import { readBytesText } from "./bytes.ts";
import { type ChangeTableForm, formOf } from "./change-table-form.ts";

const operations = new Map<string, "insert" | "update" | "delete">([
  ["1", "delete"],
  ["2", "insert"],
  ["3", "update"],
  ["4", "update"],
  // A net change that was an insert or an update: net changes asked for with merge do not tell which.
  ["5", "update"],
]);
const oldImage = "3";

/** LSN by the moment of its commit. */
export type LsnTimes = ReadonlyMap<string, string>;

/** What an update held before: its row comes right before that of what it holds then. */
interface OldImage {
  readonly lsn: string;
  readonly seqval: string;
  readonly values: Fields;
}

export class ChangeTableReader {
  readonly #mapping: TableMapping;
  readonly #times: LsnTimes;
  #form: ChangeTableForm | undefined;
  #old: OldImage | undefined;
  #last = "";
  #timeless = 0;
  #late = 0;

  constructor(mapping: TableMapping, times: LsnTimes) {
    this.#mapping = mapping;
    this.#times = times;
  }

  /** `row`: by the names of its columns, of the change table's own, too. */
  read(row: Fields): readonly Outcome[] {
    const form = (this.#form ??= formOf(row.keys()));
    const code = String(form.cell(row, "__$operation") ?? "");
    const operation = operations.get(code);
    if (operation === undefined)
      return faulty(`its __$operation is ${code || "missing"}, which SQL Server does not have`);
    const values = new Map(form.data(row).filter((cell) => this.#isClaimed(cell, code, row, form)));
    const [lsn, seqval] = [lsnText(form.cell(row, "__$start_lsn")), lsnText(form.cell(row, "__$seqval"))];
    const at = form.time(row) ?? this.#times.get(lsn);
    if (at === undefined) this.#timeless++;
    this.#follow(orderOf(row, form));
    const old = this.#old?.lsn === lsn && this.#old.seqval === seqval ? this.#old : undefined;
    this.#old = code === oldImage ? { lsn, seqval, values } : undefined;
    const change = { mapping: this.#mapping, operation, at } as const;
    if (operation === "delete")
      return [{ kind: "change", change: { ...change, values: keyOf(this.#mapping, values), before: values } }];
    // Its other old values are a row of their own.
    const isMoved = old !== undefined && movesKey(this.#mapping, old.values, values);
    const before = isMoved ? keyOf(this.#mapping, old.values) : undefined;
    return [{ kind: "change", change: { ...change, values, before } }];
  }

  /** What is to be said of the rows that were read. */
  sentences(): string[] {
    const sentences: string[] = [];
    if (this.#timeless > 0) sentences.push(`${rows(this.#timeless)} without a time: no tran_end_time is there`);
    if (this.#late > 0)
      sentences.push(
        `${rows(this.#late)} behind later ones by __$start_lsn and __$seqval: of changes of one time the last in the file counts`,
      );
    return sentences;
  }

  #follow(order: string): void {
    if (order < this.#last) this.#late++;
    else this.#last = order;
  }

  /** Large values that did not change are NULL, and in old images always: such a NULL says nothing. */
  #isClaimed(
    [name, value]: readonly [string, RawValue | null],
    code: string,
    row: Fields,
    form: ChangeTableForm,
  ): boolean {
    const type = value === null ? columnOf(this.#mapping, name)?.type : undefined;
    if (type === undefined) return true;
    const isOldLarge = ["text", "ntext", "image"].includes(type.name);
    const isLarge = isOldLarge || type.length === "max" || type.name === "xml";
    if (!isLarge) return true;
    if (isOldLarge && (code === "1" || code === oldImage)) return false;
    return code === "1" || code === "2" || form.isChanged(row, name);
  }
}

const hexForm = /^(?:0x)?((?:[0-9A-F]{2})+)$/i;

/** As digits, which order as the numbers do: programs write `0x` before them, or not, and FOR JSON base64. */
export function lsnText(value: RawValue | null | undefined): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex").toUpperCase();
  const text = String(value ?? "").trim();
  const digits = hexForm.exec(text)?.[1] ?? readBytesText(text, "base64")?.toString("hex");
  return (digits ?? text).toUpperCase();
}

/** Orders rows as they were made. */
export function orderOf(row: Fields, form: ChangeTableForm): string {
  const parts = [form.cell(row, "__$start_lsn"), form.cell(row, "__$seqval")].map((value) => lsnText(value));
  return `${parts.join(" ")} ${String(form.cell(row, "__$operation") ?? "")}`;
}

function rows(count: number): string {
  return count === 1 ? "1 row is" : `${count} rows are`;
}
