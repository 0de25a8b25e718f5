/** The queue as a sheet, and a sheet's choices as decisions: all of them or none. */
import { isDeepStrictEqual } from "node:util";
import type { Decision, Verdict } from "../../decisions/file.ts";
import { UserError } from "../../errors.ts";
import type { IndexedItem, IndexedPattern } from "../../review/index-reader.ts";
import { itemName } from "../../review/sheet.ts";
import type { SheetChoice, SheetItem } from "../../review/sheet.ts";
import type { ConflictRow } from "../../stage/reconciled-reader.ts";
import { storedColumns } from "../../schema/model.ts";
import { describeDecision } from "../decision-outcomes.ts";
import { noteDecisions } from "../decide.ts";
import { checkDecision } from "../decisions.ts";
import type { Slot } from "../decisions.ts";
import { choicesOf, claimsOf } from "./detail.ts";
import type { Found, Queue } from "./queue.ts";

/** The items that nobody decided. */
export function* sheetItems(queue: Queue): Generator<SheetItem> {
  queue.refresh();
  for (const pattern of queue.patterns)
    for (const item of itemsOf(queue, pattern))
      if (queue.given.of(item) === undefined) yield* sheetItem(queue, queue.found(item));
}

/** Throws UserError with every fault. What stands in the file already is not added again. */
export function decideAll(queue: Queue, choices: readonly SheetChoice[]): { noted: number; known: number } {
  queue.refresh();
  const found = itemsByName(queue, new Set(choices.map(({ name }) => name)));
  const isGone = choices.some(({ name }) => !found.has(name));
  const held = isGone ? heldByName(queue) : new Map<string, Slot>();
  const added = new Map<string, Omit<Decision, "place">>();
  const faults: string[] = [];
  let known = 0;
  for (const choice of choices) {
    const slot = found.has(choice.name) ? undefined : held.get(choice.name);
    const isKnown = slot !== undefined && isApplied(slot, choice);
    const read = isKnown ? "known" : sheetDecision(queue, choice, found.get(choice.name));
    const other = added.get(choice.name);
    if (read === "known") known++;
    else if (typeof read === "string") faults.push(`line ${choice.row}: ${read}`);
    else if (other === undefined) added.set(choice.name, read);
    else if (isDeepStrictEqual(other.verdict, read.verdict)) known++;
    else faults.push(`line ${choice.row}: the item stands in another line with another choice`);
  }
  if (faults.length > 0) throw faultySheet(faults);
  if (added.size > 0)
    noteDecisions(queue.incident, [...added.values()], (before) => {
      queue.given.refresh(before);
      for (const name of added.keys()) requireOpen(queue, found.get(name));
    });
  queue.given.refresh();
  return { noted: added.size, known };
}

function itemsByName(queue: Queue, names: ReadonlySet<string>): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const pattern of queue.patterns)
    for (const item of itemsOf(queue, pattern)) {
      const each = queue.found(item);
      const name = nameOf(each);
      if (names.has(name)) found.set(name, each);
    }
  return found;
}

/** Throws UserError where somebody was faster. */
function requireOpen({ given }: Queue, found: Found | undefined): void {
  const slot = found && given.of(found.item);
  if (slot === undefined) return;
  throw new UserError({
    what: `${slot.decision.by} decided ${describeDecision(slot.decision)} while the sheet was read`,
    remedy: "Import it again: what is not open any more is told with its line",
  });
}

/** By the names of items, what holds: of a row under the name of each of its cells, too. */
function heldByName({ given }: Queue): Map<string, Slot> {
  const held = new Map<string, Slot>();
  for (const slot of given.held()) {
    const columns = storedColumns(slot.table).map(({ name }) => name);
    const own = slot.index < 0 ? [null, ...columns] : [columns[slot.index] ?? null];
    for (const column of own) held.set(itemName(slot.table.id, slot.key, column), slot);
  }
  return held;
}

/** Was what the sheet decides applied since, so that the item is not in the queue any more? */
function isApplied({ what }: Slot, { choice, seen }: SheetChoice): boolean {
  return "kind" in what ? what.kind === choice.kind : what.evidence === seen;
}

function nameOf({ table, item, column }: Found): string {
  return itemName(table.id, item.key, column.name);
}

function* itemsOf(queue: Queue, { id }: IndexedPattern): Generator<IndexedItem> {
  for (let last = 0; ;) {
    const batch = queue.index.items(id, last, 1000);
    yield* batch;
    last = batch.at(-1)?.id ?? 0;
    if (batch.length === 0) return;
  }
}

function* sheetItem(queue: Queue, found: Found): Generator<SheetItem> {
  const { pattern, table, item, column, conflict } = found;
  const choices = choicesOf(pattern, column.name, queue.rows.plan(table));
  if (choices.length === 0) return;
  const claims =
    conflict === undefined
      ? []
      : claimsOf(undefined, conflict).map(({ number, value }) => ({
          number,
          value,
          sources: sourcesOf(conflict, value),
        }));
  const seen = item.evidence ?? queue.evidenceOf(found);
  const { id } = table;
  yield {
    name: nameOf(found),
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
function sheetDecision(queue: Queue, line: SheetChoice, found: Found | undefined): Omit<Decision, "place"> | string {
  const { choice, seen, by, why } = line;
  if (found === undefined)
    return "the item is not in the queue any more: it was reconciled since; export the sheet again";
  const told = queue.explain(found);
  if (queue.evidence(found, told) !== seen)
    return "the evidence is another than when the sheet was exported; export it again";
  let verdict: Verdict;
  try {
    verdict = queue.verdict(found, told, choice);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.what;
  }
  const evidence = verdict.kind === "cell" ? seen : told.evidence;
  const decision = { table: found.table.id, verdict, evidence, by, why, at: new Date().toISOString() };
  const slot = queue.given.of(found.item);
  if (slot === undefined) return checked(queue, decision);
  if (isDeepStrictEqual(slot.decision.verdict, verdict)) return "known";
  return `${slot.decision.by} decided it meanwhile (${slot.decision.why}); take that back first, or leave the line empty`;
}

function checked(queue: Queue, decision: Omit<Decision, "place">): Omit<Decision, "place"> | string {
  try {
    checkDecision(queue.incident, { ...decision, place: {} });
    return decision;
  } catch (error) {
    if (error instanceof UserError) return error.what;
    throw error;
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
