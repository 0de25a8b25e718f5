/** Which fields of a record feed which columns of its table. */
import { isStored, rowTime, sameName, storedColumns } from "../../schema/model.ts";
import type { Column } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import { cellReader } from "./cells.ts";
import type { CellReader } from "./cells.ts";
import { deletedAt } from "./singer.ts";

/** How records with these fields are read. */
export interface RecordPlan {
  /** The same array for every plan with the same columns: the store prepares once for it. */
  readonly columns: readonly Column[];
  /** One a column: where its value stands in the record. */
  readonly cells: readonly { readonly index: number; readonly read: CellReader }[];
  /** Fields that feed nothing. */
  readonly leftover: readonly string[];
}

/** Metadata that taps add to the rows: told to nobody, unless the recipe asks for them. */
const singerMetadata = /^_sdc_/;
/** Programs whose records have ever new fields would else fill the memory. */
const mostPlans = 10_000;

/** Makes plans for one table, and remembers them. */
export class Planner {
  /** Every field that was seen, or announced. */
  readonly fields = new Set<string>();
  readonly #mapping: TableMapping;
  readonly #zone: string;
  readonly #plans = new Map<string, RecordPlan | string>();
  readonly #columns = new Map<string, readonly Column[]>();

  constructor(mapping: TableMapping, zone: string) {
    this.#mapping = mapping;
    this.#zone = zone;
  }

  /** The plan, or why such a record cannot be read. */
  plan(names: readonly string[], isDelete: boolean): RecordPlan | string {
    const form = `${isDelete ? "-" : "+"}${names.join("\0")}`;
    const known = this.#plans.get(form);
    if (known !== undefined) return known;
    if (this.#plans.size >= mostPlans) this.#plans.clear();
    const plan = this.#make(names, isDelete);
    this.#plans.set(form, plan);
    for (const name of names) this.fields.add(name);
    return plan;
  }

  #make(names: readonly string[], isDelete: boolean): RecordPlan | string {
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) return `the field ${JSON.stringify(twice)} occurs twice`;
    const fed = storedColumns(this.#mapping.table).flatMap((column) => {
      const index = indexOfName(names, this.#fieldFor(column, isDelete));
      return index < 0 ? [] : [{ column, index, read: cellReader(column, this.#zone) }];
    });
    if (fed.length === 0) return `none of its fields feeds ${this.#mapping.table.id}`;
    return {
      columns: this.#intern(fed.map(({ column }) => column)),
      cells: fed,
      // What the row was when it went is no claim, so nothing of it is missed.
      leftover: isDelete ? [] : this.#leftover(names, new Set(fed.map(({ index }) => index))),
    };
  }

  /** A row that is gone changed last when it went. A field that the recipe gives to one column does not feed its namesake as well. */
  #fieldFor({ name }: Column, isDelete: boolean): string | undefined {
    if (isDelete && name === rowTime) return deletedAt;
    const { columns } = this.#mapping;
    for (const [target, source] of columns) if (sameName(target, name)) return source;
    return [...columns.values()].some((source) => sameName(source, name)) ? undefined : name;
  }

  #intern(columns: readonly Column[]): readonly Column[] {
    const key = columns.map(({ ordinal }) => ordinal).join();
    const same = this.#columns.get(key) ?? columns;
    this.#columns.set(key, same);
    return same;
  }

  #leftover(names: readonly string[], used: ReadonlySet<number>): string[] {
    const unfilled = this.#mapping.table.columns.filter((column) => !isStored(column));
    return names.filter(
      (name, index) =>
        !used.has(index) && !singerMetadata.test(name) && !unfilled.some((column) => sameName(column.name, name)),
    );
  }
}

/** The field that is written so, else one that differs in case only. */
function indexOfName(names: readonly string[], name: string | undefined): number {
  if (name === undefined) return -1;
  const exact = names.indexOf(name);
  return exact >= 0 ? exact : names.findIndex((candidate) => sameName(candidate, name));
}

/** Names that differ in case only are one. */
export function hasName(names: Iterable<string>, name: string): boolean {
  for (const candidate of names) if (sameName(candidate, name)) return true;
  return false;
}
