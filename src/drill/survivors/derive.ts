/** From the history to a survivor's files, and to what they really hold. */
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { isIdentical } from "../../values/identical.ts";
import type { History } from "../history/model.ts";
import type { DrillPlan, SurvivorPlan } from "../plan/model.ts";
import { Random } from "../random.ts";
import type { TruthTable } from "../truth/model.ts";
import { copyOf, damagedTable, snapshotAt } from "./copy.ts";
import { damageFiles } from "./files.ts";
import { findFormat } from "./formats/registry.ts";
import { heldRows } from "./held-rows.ts";
import { Holdings } from "./holdings.ts";
import type { HeldCells } from "./holdings.ts";
import { changesBetween, damagedChanges, wreckingChanges } from "./log.ts";
import type { Copy, EvidenceFile, Format, Log, LoggedChange, WriteOptions } from "./model.ts";
import { renumbered } from "./renumber.ts";

/** A second before the disaster: the last good moment. */
export function lastGood({ at }: Pick<DrillPlan, "at">): number {
  return at - 1000;
}

export interface Survivor {
  readonly plan: SurvivorPlan;
  readonly files: readonly EvidenceFile[];
  readonly holdings: Holdings;
  /** When it says that it equalled production: milliseconds since 1970; undefined for a log. */
  readonly asOf: number | undefined;
  /** Tables that it numbers in its own way. */
  readonly renumbers: readonly Table[];
  /** What a recipe says to have it read; `folder` as the recipe writes it. */
  source(folder: string): { readonly extractor: string; readonly [option: string]: unknown };
}

interface Given {
  readonly plan: DrillPlan;
  readonly history: History;
  readonly wreck: readonly TruthTable[];
  /** What a server's log would have of the disaster. */
  readonly strikes: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export async function deriveSurvivor(survivor: SurvivorPlan, given: Given): Promise<Survivor> {
  const { format, isByRow = false } = findFormat(survivor.format);
  return format.content === "rows" ? deriveCopy(survivor, format, given) : deriveLog(survivor, format, isByRow, given);
}

function optionsOf(
  { damage, timezone, server }: SurvivorPlan,
  { environment }: Pick<Given, "environment">,
): WriteOptions {
  const name = /^env:(.*)$/.exec(server ?? "")?.[1];
  const url = name === undefined ? server : environment[name];
  return { encoding: damage.encoding ?? "utf-8", excel: damage.excel === true, timezone, server: url };
}

/** How far its clock is off: one figure for the whole survivor. */
function skewOf({ id, damage }: SurvivorPlan, seed: number): number {
  const most = (damage.clockSkew ?? 0) / 1000;
  return most === 0 ? 0 : new Random(seed, `${id} clock`).int(-most, most) * 1000;
}

async function deriveCopy(survivor: SurvivorPlan, format: Format<Copy>, given: Given): Promise<Survivor> {
  const { plan, history, wreck } = given;
  const { id, damage } = survivor;
  const at = Math.min(plan.at - survivor.before, lastGood(plan));
  const whole = survivor.of === "wreck" ? copyOf(wreck) : snapshotAt(history, at, damage.keepsDeleted);
  const { together, modifiedAt } = plan.history;
  const copied = whole
    .filter(({ table }) => survivor.tables === undefined || survivor.tables.includes(table.id))
    .map((each) =>
      damagedTable(each, damage, { seed: plan.seed, id, together, modifiedAt, at, until: plan.at, history }),
    );
  const renumbers = copied.map(({ table }) => table).filter((table) => damage.renumber?.includes(table.id));
  const tables =
    renumbers.length === 0 ? copied : renumbered(copied, renumbers, new Random(plan.seed, `${id} numbers`));
  const options = optionsOf(survivor, given);
  const { files, lost } = damageFiles(await format.write({ kind: "rows", tables }, options), survivor, plan.seed);
  const holdings = heldRows(copied, lost, (value, column) => format.asWritten?.(value, column, options) ?? value);
  const asOf = at + skewOf(survivor, plan.seed);
  return {
    plan: survivor,
    files,
    holdings,
    asOf: Math.min(asOf, lastGood(plan)),
    renumbers,
    source: (folder) => format.source(folder, { kind: "rows", tables }, options),
  };
}

async function deriveLog(
  survivor: SurvivorPlan,
  format: Format<Log>,
  isByRow: boolean,
  { plan, history, wreck, strikes, environment }: Given,
): Promise<Survivor> {
  const { id, damage, since, before, tables } = survivor;
  const skew = skewOf(survivor, plan.seed);
  const from = since === undefined ? -Infinity : plan.at - since;
  const all = changesBetween(history, from, Math.min(plan.at - before, lastGood(plan)));
  const kept = damagedChanges(ofTables(all, tables), damage, new Random(plan.seed, `${id} lines`));
  // A log that goes on to the end has the disaster in it.
  const isToEnd = before === 0;
  const wrecking = isToEnd && isByRow ? ofTables(wreckingChanges(history, wreck, plan.at), tables) : [];
  const changes = [...kept, ...wrecking].map((change) => ({ ...change, at: change.at + skew }));
  const struck = isToEnd ? strikes.map((sql, index) => ({ at: plan.at + skew + index * 1000, sql })) : [];
  const options = optionsOf(survivor, { environment });
  const content: Log = { kind: "changes", changes, strikes: struck };
  const { files, lost } = damageFiles(await format.write(content, options), survivor, plan.seed);
  const holdings = new Holdings();
  for (const [index, change] of changes.slice(0, kept.length).entries())
    if (!lost.has(index))
      addChange(holdings, change, isByRow, (cells) => written(format, change.table, cells, options));
  return {
    plan: survivor,
    files,
    holdings,
    asOf: undefined,
    renumbers: [],
    source: (folder) => format.source(folder, content, options),
  };
}

function ofTables(changes: readonly LoggedChange[], tables: readonly string[] | undefined): LoggedChange[] {
  return changes.filter(({ table }) => tables === undefined || tables.includes(table.id));
}

function written(format: Format<Log>, table: Table, cells: HeldCells, options: WriteOptions): HeldCells {
  const columns = storedColumns(table);
  return cells.map((cell, index) => {
    const column = columns[index];
    return cell === undefined || column === undefined ? undefined : (format.asWritten?.(cell, column, options) ?? cell);
  });
}

/** An insert has the whole row, an update its key and what changed, or all of it where the log is of rows; a delete nothing. */
function addChange(
  holdings: Holdings,
  change: LoggedChange,
  isByRow: boolean,
  asWritten: (cells: HeldCells) => HeldCells,
): void {
  const { table, key, before, after } = change;
  if (after === undefined) return;
  if (before === undefined) return holdings.add(table, key, { cells: asWritten(after), isRow: true });
  const keys = new Set(table.primaryKey?.columns);
  const held = storedColumns(table).map(({ name }, index) =>
    isByRow || keys.has(name) || !isIdentical(before[index], after[index]) ? (after[index] ?? null) : undefined,
  );
  holdings.add(table, key, { cells: asWritten(held), isRow: false });
}
