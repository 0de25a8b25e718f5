/** What became of each decision: read from the reconciled rows, where a decided cell says so. */
import type { Decision } from "../decisions/file.ts";
import type { Incident } from "../incident.ts";
import type { CellDecision } from "../reconcile/decisions.ts";
import type { ReportedDecision } from "../report/model.ts";
import { storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import type { RowKey } from "../values/key.ts";
import { holdDecisions } from "./decisions.ts";
import type { Held, Slot } from "./decisions.ts";

export interface DecisionOutcome {
  readonly decision: Decision;
  readonly state: ReportedDecision["state"];
  /** Cells or rows that hold what was decided, of those that were decided. */
  readonly applied: number;
  readonly slots: number;
  /** Why the first of the others does not. */
  readonly why: string | undefined;
}

const stale = "the evidence is another than when it was decided; decide it again";

/** `store`: `reconciled.db`, with every row in it. */
export function decisionOutcomes(incident: Incident, store: Store): DecisionOutcome[] {
  const held = holdDecisions(incident);
  const fates = new Map<Slot, string | undefined>();
  for (const table of incident.tables) {
    const slots = [...held.slots.values()].filter((slot) => slot.table === table);
    if (slots.length > 0) for (const [slot, why] of fatesOf(store, table, slots)) fates.set(slot, why);
  }
  const byDecision = new Map<Decision, [Slot, string | undefined][]>();
  for (const fate of fates) {
    const own = byDecision.get(fate[0].decision) ?? [];
    own.push(fate);
    byDecision.set(fate[0].decision, own);
  }
  return held.decisions.map((decision) => outcomeOf(decision, held, byDecision.get(decision) ?? []));
}

function outcomeOf(
  decision: Decision,
  { withoutMembers, takenBack }: Held,
  fates: readonly [Slot, string | undefined][],
): DecisionOutcome {
  const slots = fates.length;
  const reasons = fates.flatMap(([, why]) => why ?? []);
  const applied = slots - reasons.length;
  if (slots > 0)
    return { decision, state: reasons.length === 0 ? "applied" : "stale", applied, slots, why: reasons[0] };
  if (withoutMembers.has(decision) && !takenBack.has(decision)) {
    const why = `its list decisions/${decision.evidence}.ndjson is missing or changed: it decides nothing`;
    return { decision, state: "stale", applied: 0, slots: 0, why };
  }
  const isUndone = decision.verdict.kind === "undo" || takenBack.has(decision);
  return { decision, state: isUndone ? "undone" : "replaced", applied: 0, slots: 0, why: undefined };
}

/** By slot why it does not hold; undefined: it does. */
function fatesOf(store: Store, table: Table, slots: readonly Slot[]): Map<Slot, string | undefined> {
  const decided = decidedCells(store, table);
  const rows = rowsOf(store, table, new Set(slots.map(({ key }) => key)));
  const columns = storedColumns(table);
  return new Map(
    slots.map((slot) => {
      const row = rows.get(slot.key);
      if (row === undefined) return [slot, "no source holds this row any more"];
      const { what, index, key } = slot;
      if ("kind" in what) return [slot, whyNotRow(what.kind, row)];
      if (decided.has(cellName(key, columns[index]?.name ?? ""))) return [slot, undefined];
      return [slot, row.deleted === 1 ? `the row is deleted: ${row.withheld}` : whyNotCell(what)];
    }),
  );
}

interface RowState {
  readonly key: RowKey;
  readonly withheld: string | null;
  readonly deleted: number;
}

function whyNotRow(kind: "withhold" | "keep", { withheld, deleted }: RowState): string | undefined {
  if (kind === "withhold") return withheld?.startsWith("decided: ") === true ? undefined : stale;
  if (withheld === null) return undefined;
  return `${stale}; the row is ${deleted === 1 ? "deleted" : "withheld"}: ${withheld}`;
}

/** A rule may leave several values where sources or trust changed. */
function whyNotCell(what: CellDecision): string {
  return what.rule === undefined ? stale : `${stale}, or the rule leaves several values`;
}

function cellName(key: RowKey, column: string): string {
  return `${typeof key} ${key} ${column}`;
}

function decidedCells(store: Store, table: Table): Set<string> {
  const sql = `SELECT "key", columnName AS "column" FROM conflict WHERE tableName = ? AND class = 'decided'`;
  const names = new Set<string>();
  for (const { key, column } of store.prepare<[string], { key: RowKey; column: string }>(sql).iterate(table.id))
    names.add(cellName(key, column));
  return names;
}

function rowsOf(store: Store, table: Table, keys: ReadonlySet<RowKey>): Map<RowKey, RowState> {
  const sql = `SELECT "#key" AS "key", "#withheld" AS withheld, "#deleted" AS deleted FROM ${quoteName(table.id)}`;
  const found = new Map<RowKey, RowState>();
  for (const row of store.prepare<[], RowState>(sql).iterate()) if (keys.has(row.key)) found.set(row.key, row);
  return found;
}

/** Sentences: how many apply, and each that does not, with why. */
export function decisionNotes(outcomes: readonly DecisionOutcome[]): string[] {
  const standing = outcomes.filter(({ state }) => state === "applied" || state === "stale");
  if (standing.length === 0) return [];
  const faults = standing.filter(({ state }) => state === "stale");
  const applied = standing.length - faults.length;
  return [
    `${beginning}: ${applied} of ${standing.length} ${standing.length === 1 ? "decision applies" : "decisions apply"}`,
    ...faults.map(({ decision, applied: some, slots, why }) => {
      const part = decision.verdict.kind === "group" && slots > 0 ? `${some} of ${slots} cells; of the others ` : "";
      return `${beginning}:${decision.place.line}: ${describeDecision(decision)}: ${part}${why}`;
    }),
  ];
}

const beginning = "decisions.yaml";

/** Is the sentence one of {@link decisionNotes}? They name rows by their keys. */
export function isOfDecision(note: string): boolean {
  return note.startsWith(beginning);
}

/** `dbo.People 1, 2 Name`; of a group what its cells have in common. */
export function describeDecision({ table, verdict }: Decision): string {
  if (verdict.kind === "group") return `${table}.${verdict.column} (${verdict.group})`;
  const column = "column" in verdict && verdict.column !== undefined ? ` ${verdict.column}` : "";
  const key = verdict.key === undefined ? "" : ` ${verdict.key.join(", ")}`;
  return `${table}${key}${column}`;
}

/** A decision as it is kept for the report, which may mask its key and value. */
export interface KeptDecision extends Pick<ReportedDecision, "line" | "by" | "why" | "at" | "state"> {
  readonly table: string;
  readonly key: readonly string[] | null;
  readonly column: string | null;
  /** What was decided, but for a value. */
  readonly choice: string;
  /** Undefined: none was given. */
  readonly value?: string | null;
}

export function keptDecisions(outcomes: readonly DecisionOutcome[]): KeptDecision[] {
  return outcomes.map(({ decision, state }) => {
    const { table, verdict, by, why, at, place } = decision;
    const key = "key" in verdict ? (verdict.key ?? null) : null;
    const column = "column" in verdict ? (verdict.column ?? null) : null;
    const value = verdict.kind === "cell" ? { value: verdict.value } : {};
    return {
      line: place.line ?? 0,
      table,
      key,
      column,
      choice: verdict.kind === "cell" ? "" : choiceText(decision),
      ...value,
      by,
      why,
      at,
      state,
    };
  });
}

/** What was decided, without of what: `"Reims"`, `the row is not written`, `latest, for 12 cells`. */
export function choiceText({ verdict }: Decision): string {
  const { kind } = verdict;
  if (kind === "cell") return verdict.value === null ? "NULL" : JSON.stringify(verdict.value);
  if (kind === "withhold") return "the row is not written";
  if (kind === "keep") return "the row is written";
  if (kind === "undo") return "taken back";
  const { rule, cells, group } = verdict;
  const name = typeof rule === "string" ? rule : `prefer ${rule.prefer.join(", ")}`;
  return `${group.replace(/^g\w+: /, "")}: ${name}, for ${cells} ${cells === 1 ? "cell" : "cells"}`;
}
