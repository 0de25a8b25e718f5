/** The review over an incident's staging: reads what is reconciled, adds to `decisions.yaml`. */
import { ruleUseOf } from "../../decisions/file.ts";
import type { GroupRule, Verdict } from "../../decisions/file.ts";
import { writeMembers } from "../../decisions/members.ts";
import type { Member } from "../../decisions/members.ts";
import { UserError } from "../../errors.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { IndexedItem, IndexedPattern } from "../../review/index-reader.ts";
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
import type { SheetChoice, SheetItem } from "../../review/sheet.ts";
import type { RuleUse } from "../../recipe/recipe.ts";
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import { describeDecision } from "../decision-outcomes.ts";
import type { Explanation } from "../explain-row.ts";
import { openIndex } from "../review-index.ts";
import type { Services } from "../services.ts";
import { requireReviewable } from "../state.ts";
import { choicesOf, claimsOf, neighboursOf, unusedOf } from "./detail.ts";
import { givenOf, itemColumn } from "./given.ts";
import { Queue, unknown } from "./queue.ts";
import type { Found } from "./queue.ts";
import { readRaw } from "./raw.ts";
import { ReviewRows } from "./rows.ts";
import { decideAll, sheetItems } from "./sheets.ts";

/** Throws UserError where nothing is reconciled, or not what is staged. The caller closes the session. */
export async function openReview(incident: Incident, services: Services): Promise<ReviewSession & SheetSession> {
  const reconciled = requireReviewable(incident);
  const rows = await ReviewRows.open(incident, services);
  try {
    const index = await openIndex(incident, { reconciled, reader: rows.reader, sources: rows.sources }, services);
    return new StagedReview(new Queue(incident, reconciled, rows, index));
  } catch (error) {
    rows.close();
    throw error;
  }
}

class StagedReview implements ReviewSession, SheetSession {
  readonly incident: string;
  readonly sources: readonly string[];
  readonly #queue: Queue;

  constructor(queue: Queue) {
    const { incident, sources } = queue.incident.recipe;
    this.incident = incident;
    this.sources = sources.map(({ id }) => id);
    this.#queue = queue;
  }

  close(): void {
    this.#queue.close();
  }

  groups(): QueueGroup[] {
    this.#queue.refresh();
    return this.#queue.patterns.map((pattern) => this.#group(pattern));
  }

  progress(): Progress {
    this.#queue.refresh();
    return { items: this.#queue.index.count(), decided: this.#queue.given.total, by: this.#queue.given.people() };
  }

  items(group: string, after: number, limit: number): QueueItem[] {
    this.#queue.refresh();
    const pattern = this.#queue.pattern(group);
    return this.#queue.index.items(pattern.id, after, limit).map((item) => this.#queueItem(this.#queue.found(item)));
  }

  item(id: number): ItemDetail {
    this.#queue.refresh();
    const found = this.#queue.find(id);
    const told = this.#queue.explain(found);
    const cell = told.cells.find(({ column }) => column === found.column.name);
    const { pattern, conflict, table } = found;
    return {
      item: this.#queueItem(found),
      group: this.#group(pattern),
      claims: claimsOf(cell, conflict),
      unused: unusedOf(cell),
      row: neighboursOf(told),
      choices: choicesOf(pattern, found.column.name, this.#queue.rows.plan(table)),
      verdict: told.verdict,
      seen: this.#queue.seen(found, told),
      ...this.#around(found),
    };
  }

  async raw(id: number, source: string, locator: string): Promise<RawRecord> {
    const { table, item } = this.#queue.find(id);
    const place = this.#queue.rows
      .places(table, item.key)
      .find((each) => each.source === source && each.locator === locator);
    if (place === undefined) throw unknown("no claim of this item stands there");
    return { source, locator, ...(await readRaw(this.#queue.incident, place)) };
  }

  decide(id: number, choice: ItemChoice, seen: string, signature: Signature): void {
    this.#queue.refresh();
    const found = this.#queue.find(id);
    const told = this.#queue.explain(found);
    const verdict = this.#queue.verdict(found, told, choice);
    const evidence = verdict.kind === "cell" ? this.#queue.evidence(found, told) : told.evidence;
    this.#queue.note({ table: found.table.id, verdict, evidence }, signature, () =>
      this.#requireSame(found, told, seen),
    );
  }

  sheetItems(): Generator<SheetItem> {
    return sheetItems(this.#queue);
  }

  decideAll(choices: readonly SheetChoice[]): { noted: number; known: number } {
    return decideAll(this.#queue, choices);
  }

  decideGroup(group: string, rule: GroupRule, signature: Signature): number {
    this.#queue.refresh();
    const pattern = this.#queue.pattern(group);
    const { column } = pattern;
    if (column === null || !this.#group(pattern).isDecidable)
      throw unknown("the group has no cells that a rule could choose claims for");
    this.#requireSources(rule);
    const table = this.#queue.tableOf(pattern);
    const open = this.#open(pattern);
    if (open.length === 0) throw unknown("every item of the group is decided already");
    const members = this.#members(open, pattern, table, ruleUseOf(rule));
    if (members.length === 0)
      throw new UserError({
        what: `this rule leaves several values in each of the ${open.length} open cells of the group`,
        remedy: "Choose another rule, or decide them one by one",
      });
    const evidence = writeMembers(layoutOf(this.#queue.incident.directory).members, members);
    const said = `${pattern.name}: ${pattern.said}`;
    const verdict = { kind: "group", column, group: said, rule, cells: members.length } as const;
    this.#queue.note({ table: table.id, verdict, evidence }, signature, () => {
      if (this.#open(pattern).length !== open.length)
        throw new UserError({
          what: "somebody decided items of this group meanwhile",
          remedy: "Look at the group again; what is left is decided when you send it once more",
        });
    });
    return members.length;
  }

  undo(what: { readonly item: number } | { readonly group: string }, signature: Signature): void {
    this.#queue.refresh();
    const [table, verdict] = "item" in what ? this.#undoneItem(what.item) : this.#undoneGroup(what.group);
    this.#queue.note({ table: table.id, verdict, evidence: "" }, signature);
  }

  #undoneItem(id: number): readonly [Table, Verdict] {
    const found = this.#queue.find(id);
    const slot = this.#queue.given.of(found.item);
    if (slot === undefined) throw unknown("nobody decided this item");
    const { name } = slot.index < 0 ? { name: undefined } : found.column;
    const key = this.#queue.keyTexts(this.#queue.explain(found), found.table);
    return [found.table, { kind: "undo", key, column: name ?? undefined, group: undefined }];
  }

  #undoneGroup(group: string): readonly [Table, Verdict] {
    const pattern = this.#queue.pattern(group);
    const decision = this.#queue.given.ofGroup(group);
    if (decision?.verdict.kind !== "group") throw unknown("nobody decided this group");
    return [
      this.#queue.tableOf(pattern),
      { kind: "undo", key: undefined, column: decision.verdict.column, group: decision.verdict.group },
    ];
  }

  /** What was looked at is what is decided. */
  #requireSame(found: Found, told: Explanation, seen: string): void {
    if (this.#queue.seen(found, told) === seen) return;
    const slot = this.#queue.given.of(found.item);
    const who =
      slot === undefined
        ? ""
        : `: ${slot.decision.by} decided ${describeDecision(slot.decision)} (${slot.decision.why})`;
    throw new UserError({
      what: `this item changed since the page was made${who}`,
      remedy: "Look at it again; what you chose is decided when you send it once more",
    });
  }

  /** The items of a group that nobody decided. */
  #open({ id, items }: IndexedPattern): IndexedItem[] {
    return this.#queue.index.items(id, 0, items).filter((item) => this.#queue.given.of(item) === undefined);
  }

  /** Those for which the rule chooses one value, each with what is claimed of it. */
  #members(open: readonly IndexedItem[], pattern: IndexedPattern, table: Table, rule: RuleUse): Member[] {
    const { rows } = this.#queue;
    const { index } = itemColumn(table, pattern);
    const settled = open.filter(({ key }) => rows.settles(table, key, index, rule));
    const texts = rows.keyTexts(table, new Set<RowKey>(settled.map(({ key }) => key)));
    return settled.flatMap((item) => {
      const key = texts.get(item.key);
      if (key === undefined) return [];
      return { key, evidence: item.evidence ?? this.#queue.evidenceOf(this.#queue.found(item)) };
    });
  }

  #requireSources(rule: GroupRule): void {
    if (typeof rule === "string") return;
    const known = this.#queue.incident.recipe.sources.map(({ id }) => id);
    const stranger = rule.prefer.find((id) => !known.includes(id));
    if (stranger !== undefined)
      throw new UserError({
        what: `the recipe has no source ${JSON.stringify(stranger)}`,
        remedy: `Name one of: ${known.join(", ")}`,
      });
  }

  #around({ item, pattern }: Found): Pick<ItemDetail, "previous" | "next" | "nextOpen"> {
    const { index, given } = this.#queue;
    // Where all others are decided none is looked for.
    const left = pattern.items - given.count(pattern.id) - (given.of(item) === undefined ? 1 : 0);
    return {
      previous: index.before(pattern.id, item.id),
      next: index.items(pattern.id, item.id, 1)[0]?.id,
      nextOpen:
        left === 0 ? undefined : (this.#nextOpen(pattern.id, item.id) ?? this.#nextOpen(pattern.id, 0, item.id)),
    };
  }

  /** The first behind `after` that nobody decided, and not `except`. */
  #nextOpen(pattern: number, after: number, except = 0): number | undefined {
    for (let last = after; ;) {
      const batch = this.#queue.index.items(pattern, last, 500);
      const open = batch.find((item) => item.id !== except && this.#queue.given.of(item) === undefined);
      last = batch.at(-1)?.id ?? 0;
      if (open !== undefined || batch.length === 0) return open?.id;
    }
  }

  #group(pattern: IndexedPattern): QueueGroup {
    const { name: id, table, column, class: kind, said, sources, items } = pattern;
    const decision = this.#queue.given.ofGroup(id);
    return {
      id,
      table,
      column,
      class: kind,
      said,
      sources,
      items,
      decided: this.#queue.given.count(pattern.id),
      isDecidable: choicesOf(pattern, column, this.#queue.rows.plan(this.#queue.tableOf(pattern))).length > 0,
      given: decision && givenOf(decision),
    };
  }

  #queueItem({ item, pattern, table, column, conflict }: Found): QueueItem {
    const slot = this.#queue.given.of(item);
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
}
