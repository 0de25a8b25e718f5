/** The review over an incident's staging: reads what is reconciled, adds to `decisions.yaml`. */
import { isDeepStrictEqual } from "node:util";
import type { Decision, GroupRule, Verdict } from "../../decisions/file.ts";
import { writeMembers } from "../../decisions/members.ts";
import type { Member } from "../../decisions/members.ts";
import { UserError } from "../../errors.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { IndexReader, IndexedItem, IndexedPattern } from "../../review/index-reader.ts";
import type {
  ItemChoice,
  ItemDetail,
  Progress,
  QueueGroup,
  QueueItem,
  RawRecord,
  ReviewSession,
  SheetSession,
  Signature,
} from "../../review/session.ts";
import { itemName } from "../../review/sheet.ts";
import type { SheetChoice, SheetItem } from "../../review/sheet.ts";
import type { Table } from "../../schema/model.ts";
import { withCatalog } from "../../stage/catalog.ts";
import type { ConflictRow } from "../../stage/reconciled-reader.ts";
import type { RowKey } from "../../values/key.ts";
import { noteDecisions } from "../decide.ts";
import { checkDecision } from "../decisions.ts";
import { describeDecision } from "../decision-outcomes.ts";
import type { Explanation } from "../explain-row.ts";
import { openIndex } from "../review-index.ts";
import type { Services } from "../services.ts";
import { requireReviewable } from "../state.ts";
import type { Reconciled } from "../state.ts";
import { choicesOf, claimsOf, neighboursOf, unusedOf } from "./detail.ts";
import { GivenDecisions, givenOf, itemColumn } from "./given.ts";
import { readRaw } from "./raw.ts";
import { ReviewRows } from "./rows.ts";

/** Throws UserError where nothing is reconciled, or not what is staged. The caller closes the session. */
export async function openReview(incident: Incident, services: Services): Promise<ReviewSession & SheetSession> {
  const reconciled = requireReviewable(incident);
  const rows = await ReviewRows.open(incident, services);
  try {
    const index = await openIndex(incident, { reconciled, reader: rows.reader, sources: rows.sources }, services);
    return new StagedReview(incident, reconciled, rows, index);
  } catch (error) {
    rows.close();
    throw error;
  }
}

/** An item, and all that is needed to tell of it. */
interface Found {
  readonly item: IndexedItem;
  readonly pattern: IndexedPattern;
  readonly table: Table;
  readonly column: { readonly name: string | null; readonly index: number };
  readonly conflict: ConflictRow | undefined;
}

class StagedReview implements ReviewSession, SheetSession {
  readonly incident: string;
  readonly #incident: Incident;
  readonly #reconciled: Reconciled;
  readonly #rows: ReviewRows;
  readonly #index: IndexReader;
  readonly #patterns: readonly IndexedPattern[];
  readonly #given: GivenDecisions;

  constructor(incident: Incident, reconciled: Reconciled, rows: ReviewRows, index: IndexReader) {
    this.incident = incident.recipe.incident;
    this.#incident = incident;
    this.#reconciled = reconciled;
    this.#rows = rows;
    this.#index = index;
    this.#patterns = index.patterns().filter(({ isOpen }) => isOpen);
    this.#given = new GivenDecisions(incident, index, this.#patterns, (item, table, at) => {
      const told = rows.explain(table, item.key, "");
      return at < 0 ? told.evidence : told.cells[at]?.evidence;
    });
  }

  close(): void {
    this.#index.close();
    this.#rows.close();
  }

  groups(): QueueGroup[] {
    this.#refresh();
    return this.#patterns.map((pattern) => this.#group(pattern));
  }

  progress(): Progress {
    this.#refresh();
    return { items: this.#index.count(), decided: this.#given.total, by: this.#given.people() };
  }

  items(group: string, after: number, limit: number): QueueItem[] {
    this.#refresh();
    const pattern = this.#pattern(group);
    return this.#index.items(pattern.id, after, limit).map((item) => this.#queueItem(this.#found(item)));
  }

  item(id: number): ItemDetail {
    this.#refresh();
    const found = this.#find(id);
    const told = this.#explain(found);
    const cell = told.cells.find(({ column }) => column === found.column.name);
    const { pattern, conflict, table } = found;
    return {
      item: this.#queueItem(found),
      group: this.#group(pattern),
      claims: claimsOf(cell, conflict),
      unused: unusedOf(cell),
      row: neighboursOf(told),
      choices: choicesOf(pattern, found.column.name, this.#rows.plan(table)),
      verdict: told.verdict,
      seen: this.#seen(found, told),
      ...this.#around(found.item),
    };
  }

  async raw(id: number, source: string, locator: string): Promise<RawRecord> {
    const { table, item } = this.#find(id);
    const place = this.#rows.places(table, item.key).find((each) => each.source === source && each.locator === locator);
    if (place === undefined) throw unknown("no claim of this item stands there");
    return { source, locator, ...(await readRaw(this.#incident, place)) };
  }

  decide(id: number, choice: ItemChoice, seen: string, signature: Signature): void {
    this.#refresh();
    const found = this.#find(id);
    const told = this.#explain(found);
    const verdict = this.#verdict(found, told, choice);
    const evidence = verdict.kind === "cell" ? this.#evidence(found, told) : told.evidence;
    this.#note({ table: found.table.id, verdict, evidence }, signature, () => this.#requireSame(found, told, seen));
  }

  *sheetItems(): Generator<SheetItem> {
    this.#refresh();
    for (const pattern of this.#patterns)
      for (const item of this.#itemsOf(pattern))
        if (this.#given.of(item) === undefined) yield* this.#sheetItem(this.#found(item));
  }

  decideAll(choices: readonly SheetChoice[]): { noted: number; known: number } {
    this.#refresh();
    const names = new Set(choices.map(({ name }) => name));
    const found = new Map<string, Found>();
    for (const pattern of this.#patterns)
      for (const item of this.#itemsOf(pattern)) {
        const each = this.#found(item);
        const name = this.#name(each);
        if (names.has(name)) found.set(name, each);
      }
    const added: Omit<Decision, "place">[] = [];
    const faults: string[] = [];
    let known = 0;
    for (const choice of choices) {
      const read = this.#sheetDecision(choice, found.get(choice.name));
      if (read === "known") known++;
      else if (typeof read === "string") faults.push(`line ${choice.row}: ${read}`);
      else added.push(read);
    }
    if (faults.length > 0) throw faultySheet(faults);
    if (added.length > 0) noteDecisions(this.#incident, added);
    this.#given.refresh();
    return { noted: added.length, known };
  }

  #name({ table, item, column }: Found): string {
    return itemName(table.id, item.key, column.name);
  }

  *#itemsOf({ id }: IndexedPattern): Generator<IndexedItem> {
    for (let last = 0; ;) {
      const batch = this.#index.items(id, last, 1000);
      yield* batch;
      last = batch.at(-1)?.id ?? 0;
      if (batch.length === 0) return;
    }
  }

  *#sheetItem(found: Found): Generator<SheetItem> {
    const { pattern, table, item, column, conflict } = found;
    const choices = choicesOf(pattern, column.name, this.#rows.plan(table));
    if (choices.length === 0) return;
    const claims =
      conflict === undefined
        ? []
        : claimsOf(undefined, conflict).map(({ number, value }) => ({
            number,
            value,
            sources: sourcesOf(conflict, value),
          }));
    const seen = item.evidence ?? this.#evidenceOf(found);
    const { id } = table;
    yield {
      name: this.#name(found),
      seen,
      table: id,
      key: item.keyText,
      column: column.name ?? "",
      said: pattern.said,
      claims,
      choices,
    };
  }

  /** A decision; `known`: it stands in the file; else what is wrong. */
  #sheetDecision({ choice, seen, by, why }: SheetChoice, found: Found | undefined): Omit<Decision, "place"> | string {
    if (found === undefined)
      return "the item is not in the queue any more: it was reconciled since; export the sheet again";
    const told = this.#explain(found);
    if (this.#evidence(found, told) !== seen)
      return "the evidence is another than when the sheet was exported; export it again";
    let verdict: Verdict;
    try {
      verdict = this.#verdict(found, told, choice);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.what;
    }
    const evidence = verdict.kind === "cell" ? seen : told.evidence;
    const decision = { table: found.table.id, verdict, evidence, by, why, at: new Date().toISOString() };
    const slot = this.#given.of(found.item);
    if (slot === undefined) return this.#checked(decision);
    if (isDeepStrictEqual(slot.decision.verdict, verdict)) return "known";
    return `${slot.decision.by} decided it meanwhile (${slot.decision.why}); take that back first, or leave the line empty`;
  }

  #checked(decision: Omit<Decision, "place">): Omit<Decision, "place"> | string {
    try {
      checkDecision(this.#incident, { ...decision, place: {} });
      return decision;
    } catch (error) {
      if (error instanceof UserError) return error.what;
      throw error;
    }
  }

  decideGroup(group: string, rule: GroupRule, signature: Signature): number {
    this.#refresh();
    const pattern = this.#pattern(group);
    const { column } = pattern;
    if (column === null || !this.#group(pattern).isDecidable)
      throw unknown("the group has no cells that a rule could choose claims for");
    this.#requireSources(rule);
    const table = this.#tableOf(pattern);
    const members = this.#members(pattern, table);
    if (members.length === 0) throw unknown("every item of the group is decided already");
    const evidence = writeMembers(layoutOf(this.#incident.directory).members, members);
    const said = `${pattern.name}: ${pattern.said}`;
    const verdict = { kind: "group", column, group: said, rule, cells: members.length } as const;
    this.#note({ table: table.id, verdict, evidence }, signature);
    return members.length;
  }

  undo(what: { readonly item: number } | { readonly group: string }, signature: Signature): void {
    this.#refresh();
    const [table, verdict] = "item" in what ? this.#undoneItem(what.item) : this.#undoneGroup(what.group);
    this.#note({ table: table.id, verdict, evidence: "" }, signature);
  }

  #undoneItem(id: number): readonly [Table, Verdict] {
    const found = this.#find(id);
    const slot = this.#given.of(found.item);
    if (slot === undefined) throw unknown("nobody decided this item");
    const { name } = slot.index < 0 ? { name: undefined } : found.column;
    const key = this.#keyTexts(this.#explain(found), found.table);
    return [found.table, { kind: "undo", key, column: name ?? undefined, group: undefined }];
  }

  #undoneGroup(group: string): readonly [Table, Verdict] {
    const pattern = this.#pattern(group);
    const decision = this.#given.ofGroup(group);
    if (decision?.verdict.kind !== "group") throw unknown("nobody decided this group");
    return [
      this.#tableOf(pattern),
      { kind: "undo", key: undefined, column: decision.verdict.column, group: decision.verdict.group },
    ];
  }

  /** Takes in decisions of others. Throws UserError where the incident was reconciled anew: numbers of items mean others then. */
  #refresh(): void {
    const now = withCatalog(layoutOf(this.#incident.directory).catalog, (catalog) => catalog.state("reconciled"));
    if (now !== this.#reconciled.fingerprint)
      throw new UserError({
        what: "the incident was reconciled again since this review began",
        where: { file: this.#incident.directory },
        remedy: "What was decided is kept; end `salvage review` with Ctrl-C and start it again",
      });
    this.#given.refresh();
  }

  #note(
    { table, verdict, evidence }: Pick<Decision, "table" | "verdict" | "evidence">,
    { by, why }: Signature,
    check: () => void = () => undefined,
  ): void {
    const signed = { by: by.trim(), why: why.trim(), at: new Date().toISOString() };
    if (signed.by === "" || signed.why === "")
      throw new UserError({ what: "a decision needs who decides and why", remedy: "Fill in both" });
    noteDecisions(this.#incident, [{ table, verdict, evidence, ...signed }], (before) => {
      this.#given.refresh(before);
      check();
    });
    this.#given.refresh();
  }

  /** What was looked at is what is decided. */
  #requireSame(found: Found, told: Explanation, seen: string): void {
    if (this.#seen(found, told) === seen) return;
    const slot = this.#given.of(found.item);
    const who =
      slot === undefined
        ? ""
        : `: ${slot.decision.by} decided ${describeDecision(slot.decision)} (${slot.decision.why})`;
    throw new UserError({
      what: `this item changed since the page was made${who}`,
      remedy: "Look at it again; what you chose is decided when you send it once more",
    });
  }

  #seen(found: Found, told: Explanation): string {
    const slot = this.#given.of(found.item);
    return `${this.#evidence(found, told)}.${told.evidence}.${slot?.decision.place.line ?? 0}`;
  }

  #evidenceOf(found: Found): string {
    return this.#evidence(found, this.#explain(found));
  }

  #evidence({ column }: Found, told: Explanation): string {
    return told.cells.find((cell) => cell.column === column.name)?.evidence ?? told.evidence;
  }

  #verdict(found: Found, told: Explanation, choice: ItemChoice): Verdict {
    const { pattern, table, conflict } = found;
    const column = found.column.name;
    if (!choicesOf(pattern, column, this.#rows.plan(table)).includes(choice.kind))
      throw unknown("this cannot be decided of the item");
    const key = this.#keyTexts(told, table);
    if (choice.kind === "withhold" || choice.kind === "keep") return { kind: choice.kind, key } as const;
    if (column === null) throw unknown("the item is a row, which has no value");
    if (choice.kind === "null") return { kind: "cell", key, column, value: null };
    if (choice.kind === "value") return { kind: "cell", key, column, value: choice.value };
    const cell = told.cells.find((each) => each.column === column);
    const claim = claimsOf(cell, conflict).find(({ number }) => number === choice.number);
    if (claim === undefined) throw unknown(`the item has no claim ${choice.number}`);
    return { kind: "cell", key, column, value: claim.value };
  }

  /** The items of a group that nobody decided. */
  #members(pattern: IndexedPattern, table: Table): Member[] {
    const open = this.#index.items(pattern.id, 0, pattern.items).filter((item) => this.#given.of(item) === undefined);
    const texts = this.#rows.keyTexts(table, new Set<RowKey>(open.map(({ key }) => key)));
    return open.flatMap((item) => {
      const key = texts.get(item.key);
      if (key === undefined) return [];
      return { key, evidence: item.evidence ?? this.#evidenceOf(this.#found(item)) };
    });
  }

  #requireSources(rule: GroupRule): void {
    if (typeof rule === "string") return;
    const known = this.#incident.recipe.sources.map(({ id }) => id);
    const stranger = rule.prefer.find((id) => !known.includes(id));
    if (stranger !== undefined)
      throw new UserError({
        what: `the recipe has no source ${JSON.stringify(stranger)}`,
        remedy: `Name one of: ${known.join(", ")}`,
      });
  }

  #around({ id, pattern }: IndexedItem): Pick<ItemDetail, "previous" | "next" | "nextOpen"> {
    return {
      previous: this.#index.before(pattern, id),
      next: this.#index.items(pattern, id, 1)[0]?.id,
      nextOpen: this.#nextOpen(pattern, id) ?? this.#nextOpen(pattern, 0, id),
    };
  }

  /** The first behind `after` that nobody decided, and not `except`. */
  #nextOpen(pattern: number, after: number, except = 0): number | undefined {
    for (let last = after; ;) {
      const batch = this.#index.items(pattern, last, 500);
      const open = batch.find((item) => item.id !== except && this.#given.of(item) === undefined);
      last = batch.at(-1)?.id ?? 0;
      if (open !== undefined || batch.length === 0) return open?.id;
    }
  }

  #group(pattern: IndexedPattern): QueueGroup {
    const { name: id, table, column, class: kind, said, sources, items } = pattern;
    const decision = this.#given.ofGroup(id);
    return {
      id,
      table,
      column,
      class: kind,
      said,
      sources,
      items,
      decided: this.#given.count(pattern.id),
      isDecidable: choicesOf(pattern, column, this.#rows.plan(this.#tableOf(pattern))).length > 0,
      given: decision && givenOf(decision),
    };
  }

  #queueItem({ item, pattern, table, column, conflict }: Found): QueueItem {
    const slot = this.#given.of(item);
    return {
      id: item.id,
      group: pattern.name,
      table: table.id,
      key: item.keyText,
      column: column.name,
      value: conflict?.value,
      reason: conflict === undefined ? pattern.said : conflict.reason,
      given: slot && givenOf(slot.decision),
    };
  }

  #explain({ table, item, conflict, pattern }: Found): Explanation {
    const verdict = conflict === undefined ? `withheld: ${pattern.said}` : "emitted";
    return this.#rows.explain(table, item.key, verdict);
  }

  #keyTexts(told: Explanation, table: Table): string[] {
    return this.#rows
      .plan(table)
      .key.columns.map(({ name }) => told.cells.find(({ column }) => column === name)?.value ?? "");
  }

  #find(id: number): Found {
    const item = this.#index.item(id);
    if (item === undefined) throw unknown("the queue has no such item");
    return this.#found(item);
  }

  #found(item: IndexedItem): Found {
    const pattern = this.#patterns.find(({ id }) => id === item.pattern);
    if (pattern === undefined) throw unknown("the queue has no such item");
    const table = this.#tableOf(pattern);
    const conflict = item.conflict === null ? undefined : this.#rows.reader.conflict(item.conflict);
    return { item, pattern, table, column: itemColumn(table, pattern), conflict };
  }

  #pattern(group: string): IndexedPattern {
    const pattern = this.#patterns.find(({ name }) => name === group);
    if (pattern === undefined) throw unknown("the queue has no such group");
    return pattern;
  }

  #tableOf({ table }: IndexedPattern): Table {
    return this.#incident.tables.find(({ id }) => id === table) as Table;
  }
}

/** Who claims a value of a conflict. */
function sourcesOf({ value, sources, also, alternatives }: ConflictRow, claimed: string | null): string[] {
  const own = value === claimed ? [...sources, ...also] : [];
  const others = alternatives.flatMap((other) =>
    other.value === claimed ? [...other.sources, ...(other.also ?? [])] : [],
  );
  return [...new Set([...own, ...others])];
}

const faultsShown = 20;

function faultySheet(faults: readonly string[]): UserError {
  const rest = faults.length - faultsShown;
  const lines = [...faults.slice(0, faultsShown), ...(rest > 0 ? [`${rest} more`] : [])];
  const count = faults.length === 1 ? "a line" : `${faults.length} lines`;
  return new UserError({
    what: `${count} of the sheet cannot be noted:\n${lines.join("\n")}`,
    remedy: "Correct them and import the sheet again; nothing of it is noted before that",
  });
}

function unknown(what: string): UserError {
  return new UserError({ what, remedy: "Go back to the queue and choose from there" });
}
