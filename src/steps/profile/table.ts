/** Reads a table of an export, as far as the limits go, and says what it is like. */
import type { SurveyedTable } from "../../extract/extractor.ts";
import { findTable, matchTable } from "../../profile/match.ts";
import type { RowsProfile, Sign, TableMatch } from "../../profile/model.ts";
import { RowsProfiler } from "../../profile/rows.ts";
import { suggestOptions, suggestTable } from "../../profile/suggest.ts";
import type { SuggestedOptions, SuggestedTable } from "../../profile/suggest.ts";
import type { Task } from "../../progress.ts";
import type { Table } from "../../schema/model.ts";
import { count } from "../../text.ts";

/** How much of a table is looked at. */
export interface ProfileLimits {
  readonly records: number;
  /** Characters of its values. */
  readonly characters: number;
}

/** A look that takes seconds, not minutes; it says how far it went. */
export const defaultLimits: ProfileLimits = { records: 1_000_000, characters: 100_000_000 };
export const noLimits: ProfileLimits = { records: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/** A table that an export feeds, by the recipe. */
export interface FedTable {
  readonly table: Table;
  /** Source field by target column, as far as the recipe gives them. */
  readonly columns: ReadonlyMap<string, string>;
}

/** One table of an export: part of the document that `salvage check --json` prints. */
export interface TableProfile extends RowsProfile {
  readonly file: string;
  /** The sheet, the table or the place in the file. */
  readonly part?: string;
  readonly facts: SurveyedTable["facts"];
  /** What is wrong with the file, as sentences without their full stop. */
  readonly damage: readonly string[];
  /** Why not all of it was looked at. */
  readonly stopped?: string;
  /** The table that it feeds by the recipe, or is most like. */
  readonly match?: TableMatch & { readonly isByRecipe: boolean };
  /** Lines that the recipe needs, by what was seen. */
  readonly suggested: { readonly options: SuggestedOptions; readonly table: SuggestedTable };
}

export interface ProfileMeans {
  readonly limits: ProfileLimits;
  readonly signal: AbortSignal;
  readonly task: Task;
  /** Tables that it may be. */
  readonly tables: readonly Table[];
  /** The table that it feeds, where that is known. */
  readonly fed?: FedTable | undefined;
}

/** Throws UserError as the extractor does. */
export async function profileTable(surveyed: SurveyedTable, means: ProfileMeans): Promise<TableProfile> {
  const profiler = new RowsProfiler(surveyed.fields, surveyed.types);
  const stopped = await readRows(surveyed, profiler, means);
  const read = profiler.profile();
  const match = matchOf(surveyed, read, means);
  const columns = match === undefined ? read.columns : read.columns.map((column) => withKeySign(column, match, means));
  return {
    file: surveyed.file.name,
    ...(surveyed.part === undefined ? {} : { part: surveyed.part }),
    facts: surveyed.facts,
    ...read,
    columns,
    damage: surveyed.damage(),
    ...(stopped === undefined ? {} : { stopped }),
    ...(match === undefined ? {} : { match }),
    suggested: {
      options: suggestOptions(columns),
      table: match === undefined ? {} : suggestTable(match, columns),
    },
  };
}

/** Why it stopped before the end. */
async function readRows(
  { rows, file }: SurveyedTable,
  profiler: RowsProfiler,
  { limits, signal, task }: ProfileMeans,
): Promise<string | undefined> {
  for await (const batch of rows) {
    signal.throwIfAborted();
    const left = limits.records - profiler.records;
    profiler.add(batch.length > left ? batch.slice(0, left) : batch);
    task.update(Math.min(profiler.characters, file.bytes), file.bytes, profiler.records);
    if (batch.length > left) return `only the first ${count(limits.records)} records were looked at`;
    if (profiler.characters > limits.characters)
      return `only the first ${count(profiler.records)} records were looked at`;
  }
  return undefined;
}

function matchOf(
  { file, part }: SurveyedTable,
  { columns }: RowsProfile,
  { tables, fed }: ProfileMeans,
): TableProfile["match"] {
  if (fed !== undefined) return { ...matchTable(columns, fed.table, fed.columns), isByRecipe: true };
  const base = file.name.slice(file.name.lastIndexOf("/") + 1);
  const hints = [
    base.replace(/\..*$/, ""),
    ...(part === undefined ? [] : [part, part.slice(part.lastIndexOf(".") + 1)]),
  ];
  const found = findTable(columns, tables, hints);
  return found === undefined ? undefined : { ...found, isByRecipe: false };
}

/** The target's own key, of one column, has to have a value in each record, and each only once. */
function withKeySign(
  column: RowsProfile["columns"][number],
  match: TableMatch,
  { tables, fed }: ProfileMeans,
): RowsProfile["columns"][number] {
  const table = fed?.table ?? tables.find(({ id }) => id === match.table);
  const [key, another] = table?.primaryKey?.columns ?? [];
  const isKey = match.columns.some((pair) => pair.field === column.name && pair.column === key);
  if (!isKey || another !== undefined || table === undefined) return column;
  const sign = keySign(column, table);
  return sign === undefined ? column : { ...column, signs: [sign, ...column.signs] };
}

function keySign(
  { cells, nulls, empty, isUnique, distinct }: RowsProfile["columns"][number],
  { id }: Table,
): Sign | undefined {
  const missing = nulls + empty;
  if (missing > 0)
    return {
      sign: "key-repeats",
      count: missing,
      what: `it is the key of ${id}, and ${count(missing)} of ${count(cells)} records lack it`,
    };
  if (isUnique !== false) return undefined;
  const about = distinct.isExact ? "" : "about ";
  const what = `it is the key of ${id}, and ${count(cells)} records have ${about}${count(distinct.count)} values of it`;
  return { sign: "key-repeats", count: Math.max(cells - distinct.count, 1), what };
}
