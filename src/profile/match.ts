/** Which table of the target an export most likely holds: told by the names of its fields, and by whether their values fit. */
import { type Column, sameName, storedColumns, type Table } from "../schema/model.ts";
import { misfitOf } from "./fit.ts";
import type { ColumnProfile, MatchedColumn, TableMatch } from "./model.ts";

/** Below it, names agree by chance: every table has an ID. */
const leastScore = 0.3;
/** Without names, equal numbers of columns and fitting types are all there is. */
const positionalWeight = 0.5;

/** `CustomerID`, `customer_id` and `Customer Id` are one name. */
function plainName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The likeliest table; undefined where none is like it. `hints`: names of file and part, which count where scores are equal or
 * nearly so.
 */
export function findTable(
  columns: readonly ColumnProfile[],
  tables: readonly Table[],
  hints: readonly string[],
): TableMatch | undefined {
  const matches = tables.map((table) => ({
    match: matchTable(columns, table),
    bonus: isHinted(table, hints) ? 0.2 : 0,
  }));
  const best = matches.toSorted((left, right) => right.match.score + right.bonus - left.match.score - left.bonus)[0];
  return best !== undefined && best.match.score + best.bonus >= leastScore && best.match.columns.length > 0
    ? best.match
    : undefined;
}

/** `orders-2026-03-12.csv` speaks of Orders. */
function isHinted({ schema, name }: Table, hints: readonly string[]): boolean {
  const names = new Set([plainName(name), plainName(schema + name)]);
  return hints.some((hint) => names.has(plainName(hint).replaceAll(/\d/g, "")) || names.has(plainName(hint)));
}

/** How far the fields go with one table. `named`: source field by target column, where a recipe says so. */
export function matchTable(
  profiles: readonly ColumnProfile[],
  table: Table,
  named: ReadonlyMap<string, string> = new Map(),
): TableMatch {
  const columns = storedColumns(table);
  const isNameless = profiles.every(({ name }) => name === "");
  const pairs = isNameless ? byPosition(profiles, columns) : byName(profiles, columns, named);
  const matched = pairs.map(([profile, column]) => describe(profile, column));
  const [used, fed] = [new Set(pairs.map(([profile]) => profile)), new Set(pairs.map(([, column]) => column))];
  const misfits = matched.filter(({ misfit }) => misfit !== undefined).length;
  const harmonic = (2 * pairs.length) / Math.max(profiles.length + columns.length, 1);
  const fitting = pairs.length === 0 ? 0 : 1 - misfits / (2 * pairs.length);
  const score = harmonic * fitting * (isNameless ? positionalWeight : 1);
  return {
    table: table.id,
    score: Math.round(score * 100) / 100,
    columns: matched,
    fieldsLeft: profiles.flatMap((profile) => (used.has(profile) ? [] : [profile.name])),
    columnsLeft: columns.flatMap((column) => (fed.has(column) ? [] : [column.name])),
  };
}

type Pair = readonly [profile: ColumnProfile, column: Column];

function byName(
  profiles: readonly ColumnProfile[],
  columns: readonly Column[],
  named: ReadonlyMap<string, string>,
): Pair[] {
  const used = new Set<ColumnProfile>();
  return columns.flatMap((column): Pair[] => {
    const found = fieldFor(column, profiles, named);
    if (found === undefined || used.has(found)) return [];
    used.add(found);
    return [[found, column]];
  });
}

function fieldFor(
  column: Column,
  profiles: readonly ColumnProfile[],
  named: ReadonlyMap<string, string>,
): ColumnProfile | undefined {
  const wanted = [...named].find(([target]) => sameName(target, column.name))?.[1] ?? column.name;
  const exact = profiles.find(({ name }) => sameName(name.trim(), wanted.trim()));
  return exact ?? profiles.find(({ name }) => name !== "" && plainName(name) === plainName(wanted));
}

function byPosition(profiles: readonly ColumnProfile[], columns: readonly Column[]): Pair[] {
  if (profiles.length !== columns.length) return [];
  return profiles.flatMap((profile, index): Pair[] => {
    const column = columns[index];
    return column === undefined ? [] : [[profile, column]];
  });
}

function describe(profile: ColumnProfile, column: Column): MatchedColumn {
  const misfit = misfitOf(profile, column);
  return {
    field: profile.name,
    column: column.name,
    isSameName: sameName(profile.name.trim(), column.name),
    ...(misfit === undefined ? {} : { misfit: `${misfit}, and the column is ${column.declaredType}` }),
  };
}
