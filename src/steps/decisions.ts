/** Decisions of people: read, held against the target's tables, and told of where they apply or do not. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { knownDecisions } from "../decisions/append.ts";
import { readText, ruleUseOf } from "../decisions/file.ts";
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
import { planKey } from "../values/key.ts";
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
  /** Of which a later entry took back something. */
  readonly takenBack: ReadonlySet<Decision>;
}

/** Takes decisions one after another. */
export class Holder implements Held {
  readonly decisions: Decision[] = [];
  readonly slots = new Map<string, Slot>();
  readonly withoutMembers = new Set<Decision>();
  readonly takenBack = new Set<Decision>();
  readonly #incident: Incident;

  constructor(incident: Incident) {
    this.#incident = incident;
  }

  /** Returns the key of the row that is decided of; undefined: of many. Throws UserError for a table, key, column or value that is none. */
  take(decision: Decision): RowKey | undefined {
    const own = placedSlots(this.#incident, decision);
    const undone = takeBack(this.#incident, decision, this);
    if (own === undefined) this.withoutMembers.add(decision);
    for (const slot of own ?? []) this.slots.set(slotName(slot), slot);
    this.decisions.push(decision);
    return decision.verdict.kind === "group" ? undefined : (own?.[0]?.key ?? undone);
  }
}

/** The text of the file: what reconciliation depends on. Empty where there is none. */
export function decisionsText(incident: Incident): string {
  const { decisions } = layoutOf(incident.directory);
  return incident.decided ?? (fs.existsSync(decisions) ? readText(decisions) : "");
}

/** The incident with its decisions as they stand now: what is decided while it is worked on waits for the next run. */
export function withDecisionsOfNow(incident: Incident): Incident {
  return { ...incident, decided: decisionsText({ ...incident, decided: undefined }) };
}

/** By what a text that was added to since is known again. */
export function markOf(text: string): { readonly lines: number; readonly sha256: string } {
  const seen = text.replace(/\n$/, "");
  return { lines: seen.split("\n").length, sha256: createHash("sha256").update(seen).digest("hex") };
}

/** What a reconciliation depends on: the file, and the lists of groups that it names. */
export function decidedState(incident: Incident): string {
  const text = decisionsText(incident);
  if (text === "") return "";
  const { members } = layoutOf(incident.directory);
  const lists = decisionsOf(incident).flatMap(({ verdict, evidence }) =>
    verdict.kind === "group" && readMembers(members, evidence) === undefined ? evidence : [],
  );
  return lists.length === 0 ? text : JSON.stringify([text, lists]);
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
  requireNoKey(table, column);
  if (kind === "cell") {
    if (verdict.value === null) requireNullable(table, column);
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

/** Another key would make another row of it, and leave its children behind. */
function requireNoKey(table: Table, column: Column): void {
  const { kind, columns } = planKey(table);
  if (kind === "row" || columns.every(({ ordinal }) => ordinal !== column.ordinal)) return;
  throw new UserError({
    what: `${column.name} is part of the key, which is not decided`,
    where: { table: table.id },
    remedy: "Withhold or keep the row, or correct the evidence that has the wrong key",
  });
}

function requireNullable(table: Table, column: Column): void {
  if (column.nullable) return;
  throw new UserError({
    what: `${column.name} takes no NULL`,
    where: { table: table.id },
    remedy: "Give a value, or withhold the row",
  });
}

/** What a later entry takes back holds no more. Returns the key of its row; undefined where it is none of one row. */
function takeBack(incident: Incident, { table: name, verdict }: Decision, held: Holder): RowKey | undefined {
  if (verdict.kind !== "undo") return undefined;
  const table = resolveTable({ ...incident.schema, tables: incident.tables }, name);
  if (verdict.key === undefined) {
    for (const [slot, { decision, table: own }] of held.slots)
      if (own === table && isGroup(decision, verdict.group)) held.slots.delete(slot);
    for (const decision of held.decisions) if (isGroup(decision, verdict.group)) held.takenBack.add(decision);
    return undefined;
  }
  const index = verdict.column === undefined ? -1 : columnOf(table, verdict.column).index;
  const key = parseKey(table, verdict.key);
  const slot = slotName({ table, key, index });
  const taken = held.slots.get(slot)?.decision;
  if (taken !== undefined) held.takenBack.add(taken);
  held.slots.delete(slot);
  return key;
}

/** Groups are known by the id before the colon: the words behind it may say more of them later. */
export function groupId(group: string | undefined): string {
  return group?.split(":", 1)[0] ?? "";
}

function isGroup({ verdict }: Decision, group: string | undefined): boolean {
  return verdict.kind === "group" && groupId(verdict.group) === groupId(group);
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
