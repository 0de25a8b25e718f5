/** The queue over an incident's staging: its items, what is known of each, and how a decision of one is noted. */
import type { Decision, Verdict } from "../../decisions/file.ts";
import { UserError } from "../../errors.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { IndexReader, IndexedItem, IndexedPattern } from "../../review/index-reader.ts";
import type { ItemChoice, Signature } from "../../review/session.ts";
import type { Table } from "../../schema/model.ts";
import { withCatalog } from "../../stage/catalog.ts";
import type { ConflictRow } from "../../stage/reconciled-reader.ts";
import { noteDecisions } from "../decide.ts";
import type { Explanation } from "../explain-row.ts";
import type { Reconciled } from "../state.ts";
import { choicesOf, claimsOf } from "./detail.ts";
import { GivenDecisions, itemColumn } from "./given.ts";
import type { ReviewRows } from "./rows.ts";

/** An item, and all that is needed to tell of it. */
export interface Found {
  readonly item: IndexedItem;
  readonly pattern: IndexedPattern;
  readonly table: Table;
  readonly column: { readonly name: string | null; readonly index: number };
  readonly conflict: ConflictRow | undefined;
}

export class Queue {
  readonly incident: Incident;
  readonly rows: ReviewRows;
  readonly index: IndexReader;
  /** Those whose items people may decide. */
  readonly patterns: readonly IndexedPattern[];
  readonly given: GivenDecisions;
  readonly #byId: ReadonlyMap<number, IndexedPattern>;
  readonly #reconciled: Reconciled;

  constructor(incident: Incident, reconciled: Reconciled, rows: ReviewRows, index: IndexReader) {
    this.incident = incident;
    this.#reconciled = reconciled;
    this.rows = rows;
    this.index = index;
    this.patterns = index.patterns().filter(({ isOpen }) => isOpen);
    this.#byId = new Map(this.patterns.map((pattern) => [pattern.id, pattern]));
    this.given = new GivenDecisions(incident, index, this.patterns, (item, table, at) => {
      const told = rows.explain(table, item.key, undefined);
      return at < 0 ? told.evidence : told.cells[at]?.evidence;
    });
  }

  close(): void {
    this.index.close();
    this.rows.close();
  }

  /** Takes in decisions of others. Throws UserError where the incident was reconciled anew: numbers of items mean others then. */
  refresh(): void {
    const now = withCatalog(layoutOf(this.incident.directory).catalog, (catalog) => catalog.state("reconciled"));
    if (now === undefined)
      throw new UserError({
        what: "the incident is being reconciled at this moment, or was interrupted in it",
        where: { file: this.incident.directory },
        remedy: "What was decided is kept; wait until `salvage run` has ended, then start `salvage review` again",
      });
    if (now !== this.#reconciled.fingerprint)
      throw new UserError({
        what: "the incident was reconciled again since this review began",
        where: { file: this.incident.directory },
        remedy: "What was decided is kept; end `salvage review` with Ctrl-C and start it again",
      });
    this.given.refresh();
  }

  /** Adds a decision; `check` runs once what others decided is known, and throws where it does not fit any more. */
  note(
    { table, verdict, evidence }: Pick<Decision, "table" | "verdict" | "evidence">,
    { by, why }: Signature,
    check: () => void = () => undefined,
  ): void {
    const signed = { by: by.trim(), why: why.trim(), at: new Date().toISOString() };
    if (signed.by === "" || signed.why === "")
      throw new UserError({ what: "a decision needs who decides and why", remedy: "Fill in both" });
    noteDecisions(this.incident, [{ table, verdict, evidence, ...signed }], (before) => {
      this.given.refresh(before);
      check();
    });
    this.given.refresh();
  }

  /** What a decision of the item is held against: the evidence, and what was decided of it. */
  seen(found: Found, told: Explanation): string {
    const slot = this.given.of(found.item);
    return `${this.evidence(found, told)}.${told.evidence}.${slot?.decision.place.line ?? 0}`;
  }

  evidenceOf(found: Found): string {
    return this.evidence(found, this.explain(found));
  }

  /** What a decision of the item is anchored to. */
  evidence({ column }: Found, told: Explanation): string {
    return told.cells.find((cell) => cell.column === column.name)?.evidence ?? told.evidence;
  }

  /** Throws UserError for what cannot be decided of the item. */
  verdict(found: Found, told: Explanation, choice: ItemChoice): Verdict {
    const { pattern, table, conflict } = found;
    const column = found.column.name;
    if (!choicesOf(pattern, column, this.rows.plan(table)).includes(choice.kind))
      throw unknown("this cannot be decided of the item");
    const key = this.keyTexts(told, table);
    if (choice.kind === "withhold" || choice.kind === "keep") return { kind: choice.kind, key } as const;
    if (column === null) throw unknown("the item is a row, which has no value");
    if (choice.kind === "null") return { kind: "cell", key, column, value: null };
    if (choice.kind === "value") return { kind: "cell", key, column, value: choice.value };
    const cell = told.cells.find((each) => each.column === column);
    const claim = claimsOf(cell, conflict).find(({ number }) => number === choice.number);
    if (claim === undefined) throw unknown(`the item has no claim ${choice.number}`);
    return { kind: "cell", key, column, value: claim.value };
  }

  /** The item's whole row. */
  explain({ table, item, conflict, pattern }: Found): Explanation {
    const verdict = conflict === undefined ? `withheld: ${pattern.said}` : undefined;
    return this.rows.explain(table, item.key, verdict);
  }

  /** The row's key, one text for each of its columns. */
  keyTexts(told: Explanation, table: Table): string[] {
    return this.rows
      .plan(table)
      .key.columns.map(({ name }) => told.cells.find(({ column }) => column === name)?.value ?? "");
  }

  find(id: number): Found {
    const item = this.index.item(id);
    if (item === undefined) throw unknown("the queue has no such item");
    return this.found(item);
  }

  found(item: IndexedItem): Found {
    const pattern = this.#byId.get(item.pattern);
    if (pattern === undefined) throw unknown("the queue has no such item");
    const table = this.tableOf(pattern);
    const conflict = item.conflict === null ? undefined : this.rows.reader.conflict(item.conflict);
    return { item, pattern, table, column: itemColumn(table, pattern), conflict };
  }

  pattern(group: string): IndexedPattern {
    const pattern = this.patterns.find(({ name }) => name === group);
    if (pattern === undefined) throw unknown("the queue has no such group");
    return pattern;
  }

  tableOf({ table }: IndexedPattern): Table {
    return this.incident.tables.find(({ id }) => id === table) as Table;
  }
}

export function unknown(what: string): UserError {
  return new UserError({ what, remedy: "Go back to the queue and choose from there" });
}
