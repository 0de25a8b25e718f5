/** What the values of a row stand for, one by one. */
import { isStored, type Column } from "../../schema/model.ts";
import { asItIs, type Adapter } from "./dialects/typed.ts";
import { targetColumns, type Route } from "./routes.ts";
import type { Script } from "./script.ts";
import type { ScriptColumn } from "./session.ts";
import { unclaimed, type Cell } from "./cells.ts";
import type { RawValue } from "../../values/codec.ts";

/** For each value of a row its target column; undefined where it feeds none. */
export interface Layout {
  readonly slots: readonly (Column | undefined)[];
  /** One a value, for dialects that read values by their columns' types. */
  readonly adapters?: readonly (Adapter | undefined)[];
  /** What is wrong with the column list itself. */
  readonly fault?: string;
}

/** A row's claims, ready for a batch. `columns` is one and the same array for all rows of the same form. */
export interface Claims {
  readonly columns: readonly Column[];
  readonly values: readonly (RawValue | null)[];
}

/** Layouts of the INSERT statements into one table of one script. */
export class Layouts {
  readonly #route: Route;
  readonly #key: string;
  readonly #script: Script;
  readonly #listed = new Map<string, Layout>();
  #unlisted: readonly Layout[] = [];
  #generation = -1;
  readonly #claims = new Map<Layout, Map<string, readonly Column[]>>();

  /** `key`: of the script's own table, {@link ScriptTable.key}. */
  constructor(route: Route, key: string, script: Script) {
    this.#route = route;
    this.#key = key;
    this.#script = script;
  }

  /** The layout of an INSERT's column list; without one, those that a row may have, told apart by their width. */
  find(columns: readonly string[] | undefined): readonly Layout[] {
    if (columns === undefined) return this.#findUnlisted();
    // A column's type may have been declared since.
    const { dialect, session } = this.#script;
    const version = dialect.adapter === undefined ? "" : session.generation;
    const key = `${version}${JSON.stringify(columns)}`.toUpperCase();
    const layout = this.#listed.get(key) ?? this.#build(columns);
    this.#listed.set(key, layout);
    return [layout];
  }

  /**
   * By position: computed columns take no value, identity columns only under IDENTITY_INSERT, rowversion columns
   * none or DEFAULT.
   */
  #findUnlisted(): readonly Layout[] {
    const { session, dialect } = this.#script;
    if (this.#generation === session.generation) return this.#unlisted;
    const takesIdentity = dialect.listsIdentity || session.identityInsert === this.#key;
    const columns = (session.created.get(this.#key) ?? targetColumns(this.#route.mapping)).filter(
      ({ kind }) => kind !== "computed" && (kind !== "identity" || takesIdentity),
    );
    const plain = columns.filter(({ kind }) => kind !== "default-only");
    const forms = plain.length === columns.length ? [plain] : [plain, columns];
    this.#unlisted = forms.map((form) => this.#build(form.map(nameOf)));
    this.#generation = session.generation;
    return this.#unlisted;
  }

  #build(names: readonly string[]): Layout {
    const upper = names.map((name) => name.toUpperCase());
    for (const name of upper) this.#route.met.add(name);
    const feedsNothing = names.filter((_, index) => !this.#route.columns.has(upper[index] ?? ""));
    if (feedsNothing.length > 0) this.#script.ledger.leftover(this.#route.source.label, feedsNothing);
    const twice = names.find((_, index) => upper.indexOf(upper[index] ?? "") !== index);
    const slots = upper.map((name) => this.#stored(name));
    if (twice !== undefined) return { slots, fault: `the column list names ${twice} twice` };
    const adapters = this.#adapters(upper, slots);
    return adapters === undefined ? { slots } : { slots, adapters };
  }

  #stored(name: string): Column | undefined {
    const column = this.#route.columns.get(name);
    return column !== undefined && isStored(column) ? column : undefined;
  }

  #adapters(names: readonly string[], slots: Layout["slots"]): Layout["adapters"] {
    const { dialect, session } = this.#script;
    if (dialect.adapter === undefined) return undefined;
    const types = new Map(session.created.get(this.#key)?.map(({ name, type }) => [name.toUpperCase(), type]));
    return slots.map((column, at) =>
      column === undefined ? asItIs : dialect.adapter?.(types.get(names[at] ?? ""), column, this.#script),
    );
  }

  /** What a row of that layout claims: not what feeds nothing, and no DEFAULT. */
  claims(layout: Layout, cells: readonly Cell[]): Claims {
    const { slots } = layout;
    const kept: number[] = [];
    for (let index = 0; index < slots.length; index++)
      if (slots[index] !== undefined && cells[index] !== unclaimed) kept.push(index);
    const values = kept.length === cells.length ? cells : kept.map((index) => cells[index] as Cell);
    return { columns: this.#columns(layout, kept), values: adapt(values as (RawValue | null)[], kept, layout) };
  }

  #columns(layout: Layout, kept: readonly number[]): readonly Column[] {
    const known = this.#claims.get(layout) ?? new Map<string, readonly Column[]>();
    this.#claims.set(layout, known);
    const key = kept.length === layout.slots.length ? "" : kept.join();
    const columns = known.get(key) ?? kept.map((index) => layout.slots[index] as Column);
    known.set(key, columns);
    return columns;
  }
}

function adapt(values: (RawValue | null)[], kept: readonly number[], { adapters }: Layout): (RawValue | null)[] {
  if (adapters === undefined) return values;
  return values.map((value, at) => (value === null ? null : (adapters[kept[at] ?? 0]?.(value) ?? value)));
}

function nameOf(column: ScriptColumn): string {
  return column.name;
}
