/** Decisions of people: read, held against the target's tables, and told of where they apply or do not. */
import fs from "node:fs";
import { knownDecisions } from "../decisions/append.ts";
import { ruleUseOf } from "../decisions/file.ts";
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

/** Takes decisions one after another. */
export class Holder implements Held {
  readonly decisions: Decision[] = [];
  readonly slots = new Map<string, Slot>();
  readonly withoutMembers = new Set<Decision>();
  readonly #incident: Incident;

  constructor(incident: Incident) {
    this.#incident = incident;
  }

  /** Returns the key of the row that is decided of; undefined: of many. Throws UserError for a table, key, column or value that is none. */
  take(decision: Decision): RowKey | undefined {
    const own = placedSlots(this.#incident, decision);
    const undone = takeBack(this.#incident, decision, this.slots);
    if (own === undefined) this.withoutMembers.add(decision);
    for (const slot of own ?? []) this.slots.set(slotName(slot), slot);
    this.decisions.push(decision);
    return decision.verdict.kind === "group" ? undefined : (own?.[0]?.key ?? undone);
  }
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
  const holder = new Holder(incident);
  for (const decision of decisionsOf(incident)) holder.take(decision);
  return holder;
}

/** In the order of the file. Throws UserError for its faults. */
export function decisionsOf(incident: Incident): readonly Decision[] {
  const text = decisionsText(incident);
  return text === "" ? [] : knownDecisions(text, layoutOf(incident.directory).decisions);
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
  const { kind } = verdict;
  if (kind === "undo") return [];
  if (kind === "withhold" || kind === "keep")
    return [{ decision, table, key: parseKey(table, verdict.key), index: -1, what: { kind, evidence, said } }];
  const { index, column } = columnOf(table, verdict.column);
  if (kind === "cell") {
    const value = verdict.value === null ? null : valueOf(column, verdict.value, table);
    return [{ decision, table, key: parseKey(table, verdict.key), index, what: { evidence, said, value } }];
  }
  const rule = ruleUseOf(verdict.rule);
  return readMembers(layoutOf(incident.directory).members, evidence)?.map((member) => ({
    decision,
    table,
    key: parseKey(table, member.key),
    index,
    what: { evidence: member.evidence, said, rule },
  }));
}

/** What a later entry takes back holds no more. Returns the key of its row; undefined where it is none of one row. */
function takeBack(
  incident: Incident,
  { table: name, verdict }: Decision,
  slots: Map<string, Slot>,
): RowKey | undefined {
  if (verdict.kind !== "undo") return undefined;
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, name);
  if (verdict.key === undefined) {
    for (const [slot, { decision, table: own }] of slots)
      if (own === table && decision.verdict.kind === "group" && decision.verdict.group === verdict.group)
        slots.delete(slot);
    return undefined;
  }
  const index = verdict.column === undefined ? -1 : columnOf(table, verdict.column).index;
  const key = parseKey(table, verdict.key);
  slots.delete(slotName({ table, key, index }));
  return key;
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
