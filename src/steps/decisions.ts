/** Decisions of people: read, held against the target's tables, and told of where they apply or do not. */
import fs from "node:fs";
import { knownDecisions } from "../decisions/append.ts";
import { readDecisions, ruleUseOf } from "../decisions/file.ts";
import type { Decision } from "../decisions/file.ts";
import { readMembers } from "../decisions/members.ts";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { CellDecision, RowDecision, RowDecisions } from "../reconcile/decisions.ts";
import { resolveTable } from "../recipe/names.ts";
import { sameName, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import { parseKey } from "./explain-key.ts";

/** By the tables' ids. */
export type Decisions = ReadonlyMap<string, RowDecisions>;

/** What is decided of a cell, or of a row. */
export interface Slot {
  readonly decision: Decision;
  readonly table: Table;
  readonly key: RowKey;
  /** Among the stored columns; -1: the row itself. */
  readonly index: number;
  readonly what: CellDecision | NonNullable<RowDecision["row"]>;
}

/** The slots that hold, and every decision: later ones take the place of earlier ones, cell by cell. */
export interface Held {
  readonly decisions: readonly Decision[];
  /** By table, key and index. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Groups whose list of cells is not there, or is another than when they were decided. */
  readonly withoutMembers: ReadonlySet<Decision>;
}

/** The text of the file: what reconciliation depends on. Empty where there is none. */
export function decisionsText(incident: Incident): string {
  const { decisions } = layoutOf(incident.directory);
  return fs.existsSync(decisions) ? fs.readFileSync(decisions, "utf8") : "";
}

/** Throws UserError for a decision that is none of the incident: an unknown table, key, column or value. */
export function checkDecision(incident: Incident, decision: Decision): void {
  slotsOf(incident, decision);
}

/** Throws UserError for a fault of the file, and for a table, key, column or value that is none. */
export function holdDecisions(incident: Incident): Held {
  const { decisions: file } = layoutOf(incident.directory);
  const decisions = fs.existsSync(file) ? knownDecisions(fs.readFileSync(file, "utf8"), file) : readDecisions(file);
  const slots = new Map<string, Slot>();
  const withoutMembers = new Set<Decision>();
  for (const decision of decisions) {
    if (decision.verdict.kind === "undo") takeBack(incident, decision, slots);
    const own = placedSlots(incident, decision);
    if (own === undefined) withoutMembers.add(decision);
    for (const slot of own ?? []) slots.set(slotName(slot), slot);
  }
  return { decisions, slots, withoutMembers };
}

export function loadDecisions(incident: Incident): Decisions {
  const tables = new Map<string, Map<RowKey, { cells: Map<number, CellDecision>; row?: RowDecision["row"] }>>();
  for (const { table, key, index, what } of holdDecisions(incident).slots.values()) {
    const rows =
      tables.get(table.id) ?? new Map<RowKey, { cells: Map<number, CellDecision>; row?: RowDecision["row"] }>();
    const row = rows.get(key) ?? { cells: new Map<number, CellDecision>() };
    if ("kind" in what) row.row = what;
    else row.cells.set(index, what);
    rows.set(key, row);
    tables.set(table.id, rows);
  }
  return tables;
}

export function slotName({ table, key, index }: Pick<Slot, "table" | "key" | "index">): string {
  return `${table.id}\n${typeof key}\n${key}\n${index}`;
}

function placedSlots(incident: Incident, decision: Decision): readonly Slot[] | undefined {
  try {
    return slotsOf(incident, decision);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, remedy, where } = error;
    throw new UserError({ what, remedy, where: { ...where, ...decision.place }, cause: error });
  }
}

/** Undefined where the list of a group's cells is not there. */
function slotsOf(incident: Incident, decision: Decision): readonly Slot[] | undefined {
  const { verdict, evidence } = decision;
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, decision.table);
  const said = `by ${decision.by}: ${decision.why}`;
  switch (verdict.kind) {
    case "undo":
      return [];
    case "withhold":
    case "keep": {
      const key = parseKey(table, verdict.key);
      return [{ decision, table, key, index: -1, what: { kind: verdict.kind, evidence, said } }];
    }
    case "cell": {
      const { index, column } = columnOf(table, verdict.column);
      const value = verdict.value === null ? null : valueOf(column, verdict.value, table);
      const key = parseKey(table, verdict.key);
      return [{ decision, table, key, index, what: { evidence, said, value } }];
    }
    case "group": {
      const { index } = columnOf(table, verdict.column);
      const rule = ruleUseOf(verdict.rule);
      return readMembers(layoutOf(incident.directory).members, evidence)?.map((member) => {
        const what = { evidence: member.evidence, said, rule };
        return { decision, table, key: parseKey(table, member.key), index, what };
      });
    }
  }
}

/** What a later entry takes back holds no more. */
function takeBack(incident: Incident, { table: name, verdict }: Decision, slots: Map<string, Slot>): void {
  if (verdict.kind !== "undo") return;
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, name);
  if (verdict.key === undefined) {
    for (const [slot, { decision, table: own }] of slots)
      if (own === table && decision.verdict.kind === "group" && decision.verdict.group === verdict.group)
        slots.delete(slot);
    return;
  }
  const index = verdict.column === undefined ? -1 : columnOf(table, verdict.column).index;
  slots.delete(slotName({ table, key: parseKey(table, verdict.key), index }));
}

function columnOf(table: Table, name: string): { index: number; column: Column } {
  const columns = storedColumns(table);
  const index = columns.findIndex((column) => sameName(column.name, name));
  const column = columns[index];
  if (column !== undefined) return { index, column };
  throw new UserError({
    what: `the table has no column ${JSON.stringify(name)}`,
    where: { table: table.id },
    remedy: `Name one of: ${columns.map((each) => each.name).join(", ")}`,
  });
}

function valueOf(column: Column, text: string, table: Table): CanonicalValue {
  const value = codecFor(column).parse(text, defaultConventions);
  if (!(value instanceof Unparsable)) return value;
  throw new UserError({
    what: `the value for ${column.name} ${value.reason}`,
    where: { table: table.id },
    remedy: `Give a value of type ${column.declaredType}`,
  });
}
