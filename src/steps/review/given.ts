/** Which items of the queue somebody decided already; kept up to date as decisions are added. */
import type { Decision } from "../../decisions/file.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { IndexReader, IndexedItem, IndexedPattern } from "../../review/index-reader.ts";
import type { Given, Progress } from "../../review/session.ts";
import { missingColumn } from "../../review/withheld.ts";
import { withCatalog } from "../../stage/catalog.ts";
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { Holder, decisionsOf, decisionsText, groupId, markOf, slotName } from "../decisions.ts";
import type { Slot } from "../decisions.ts";
import { choiceText } from "../decision-outcomes.ts";

/** Above this many new slots at once all items are looked at, instead of each slot's. */
const few = 100;

export class GivenDecisions {
  readonly #incident: Incident;
  readonly #index: IndexReader;
  readonly #patterns: ReadonlyMap<number, IndexedPattern>;
  readonly #evidenceOf: (item: IndexedItem, table: Table, index: number) => string | undefined;
  #holder: Holder;
  #isRead = false;
  #groups: ReadonlyMap<string, Decision> = new Map();
  #applied: ReadonlySet<Decision> = new Set();
  #decided = new Map<number, Slot>();
  #counts = new Map<number, number>();

  /** `evidenceOf`: what is claimed of an item's cell (`index`), or of its row (-1), as it is now. */
  constructor(
    incident: Incident,
    index: IndexReader,
    patterns: readonly IndexedPattern[],
    evidenceOf: (item: IndexedItem, table: Table, index: number) => string | undefined,
  ) {
    this.#incident = incident;
    this.#index = index;
    this.#evidenceOf = evidenceOf;
    this.#patterns = new Map(patterns.map((pattern) => [pattern.id, pattern]));
    this.#holder = new Holder(incident);
  }

  /** Takes in what stands in the file now. */
  refresh(decisions: readonly Decision[] = decisionsOf(this.#incident)): void {
    const known = this.#holder.decisions;
    const isGrown =
      this.#isRead &&
      known.length <= decisions.length &&
      known.every((decision, index) => decision === decisions[index]);
    this.#isRead = true;
    if (!isGrown) this.#holder = new Holder(this.#incident);
    const added = decisions.slice(this.#holder.decisions.length);
    if (added.length === 0 && isGrown) return;
    if (!isGrown) this.#applied = appliedOf(this.#incident, decisions);
    this.#groups = lastOfGroups(added, isGrown ? this.#groups : new Map());
    const keys = added.map((decision) => this.#holder.take(decision));
    if (!isGrown || added.length > few || keys.includes(undefined)) this.#lookAtAll();
    else
      for (const key of keys)
        for (const item of key === undefined ? [] : this.#index.itemsOfKey(key)) this.#place(item);
  }

  /** What holds for an item; undefined: nobody decided it. */
  of(item: IndexedItem): Slot | undefined {
    return this.#decided.get(item.id);
  }

  /** Everything that holds, in the queue or not. */
  held(): Slot[] {
    return [...this.#holder.slots.values()];
  }

  /** How many items of a pattern are decided. */
  count(pattern: number): number {
    return this.#counts.get(pattern) ?? 0;
  }

  get total(): number {
    return this.#decided.size;
  }

  /** Who decided how many times, whatever became of it. */
  people(): Progress["by"] {
    const names = new Map<string, number>();
    for (const { by } of this.#holder.decisions) names.set(by, (names.get(by) ?? 0) + 1);
    return [...names]
      .map(([name, decisions]) => ({ name, decisions }))
      .toSorted((left, right) => right.decisions - left.decisions || (left.name < right.name ? -1 : 1));
  }

  /** The last decision of a whole group that was not taken back. */
  ofGroup(id: string): Decision | undefined {
    return this.#groups.get(id);
  }

  #tableOf(item: IndexedItem): Table {
    const id = this.#patterns.get(item.pattern)?.table;
    return this.#incident.tables.find((table) => table.id === id) as Table;
  }

  /** What was decided of other evidence than there is now leaves the item open. */
  #standing(item: IndexedItem, table: Table, index: number): Slot | undefined {
    const slot = this.#holder.slots.get(slotName({ table, key: item.key, index }));
    // What reconciliation has seen and left in the queue did not hold.
    if (slot === undefined || this.#applied.has(slot.decision)) return undefined;
    const known = index < 0 ? null : item.evidence;
    return slot.what.evidence === (known ?? this.#evidenceOf(item, table, index)) ? slot : undefined;
  }

  #lookAtAll(): void {
    this.#decided = new Map();
    this.#counts = new Map();
    if (this.#holder.slots.size === 0) return;
    for (const item of this.#index.allItems()) this.#place(item);
  }

  #place(item: IndexedItem): void {
    const table = this.#tableOf(item);
    const { index } = itemColumn(table, this.#patterns.get(item.pattern));
    const slot = this.#standing(item, table, index) ?? this.#standing(item, table, -1);
    const was = this.#decided.has(item.id);
    if (slot === undefined) this.#decided.delete(item.id);
    else this.#decided.set(item.id, slot);
    const change = Number(slot !== undefined) - Number(was);
    if (change !== 0) this.#counts.set(item.pattern, this.count(item.pattern) + change);
  }
}

/** The column that an item is about; a row may be about the cell without which it is withheld. */
export function itemColumn(
  table: Table,
  pattern: Pick<IndexedPattern, "column" | "said"> | undefined,
): { readonly name: string | null; readonly index: number } {
  const name = pattern?.column ?? missingColumn(pattern?.said ?? "");
  const column = name === undefined ? undefined : findColumn(table, name);
  if (column === undefined) return { name: null, index: -1 };
  return { name: column.name, index: storedColumns(table).findIndex(({ ordinal }) => ordinal === column.ordinal) };
}

export function givenOf(decision: Decision): Given {
  const { by, why, at, place } = decision;
  return { line: place.line ?? 0, what: choiceText(decision), by, why, at };
}

/** By the group's id, the last decision of it that was not taken back. */
function lastOfGroups(
  added: readonly Decision[],
  before: ReadonlyMap<string, Decision>,
): ReadonlyMap<string, Decision> {
  const last = new Map(before);
  for (const decision of added) {
    const { verdict } = decision;
    if (verdict.kind === "group") last.set(groupId(verdict.group), decision);
    else if (verdict.kind === "undo" && verdict.group !== undefined) last.delete(groupId(verdict.group));
  }
  return last;
}

/** Those that stood in the file when the incident was last reconciled. */
function appliedOf(incident: Incident, decisions: readonly Decision[]): ReadonlySet<Decision> {
  const kept = withCatalog(layoutOf(incident.directory).catalog, (catalog) => catalog.state("decided"));
  if (kept === undefined) return new Set();
  const { lines, sha256 } = JSON.parse(kept) as ReturnType<typeof markOf>;
  const text = decisionsText(incident);
  const seen = text.split("\n").slice(0, lines).join("\n");
  if (markOf(seen).sha256 !== sha256) return new Set();
  return new Set(decisions.filter(({ place }) => (place.line ?? 0) <= lines));
}
