/** How far back each column falls: the newest time that a claim of it vouches for, on production's own line. */
import type { Operation } from "../extract/extractor.ts";
import { standingOf } from "../reconcile/claims.ts";
import type { SourceStanding } from "../reconcile/claims.ts";
import { placeInTime, production } from "../reconcile/moment.ts";
import type { StandingSource } from "../reconcile/table.ts";
import { findColumn, rowTime, storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";

/** ISO 8601, UTC, by stored column; null where no claim of a known time is production's. */
export type RecoveryPoints = Readonly<Record<string, string | null>>;

/** Rows of one place of a source that claim the same columns by the same kind of statement. */
interface Kind {
  readonly place: number;
  readonly shape: number;
  readonly operation: Operation;
  /** JSON: the names of the columns. */
  readonly columns: string;
}

/** `recoverTo`: the last good moment; rows of a later time are not counted. */
export function recoveryPoints(
  table: Table,
  sources: readonly StandingSource[],
  recoverTo: number | undefined,
): RecoveryPoints {
  const newest = new Map<string, number>();
  for (const source of sources) {
    const { reader } = source;
    if (reader.count(table) === 0) continue;
    for (const kind of kindsOf(reader.store, table)) {
      const time = newestOf(reader.store, table, kind, standingOf(source, kind), recoverTo);
      if (time === undefined) continue;
      for (const name of JSON.parse(kind.columns) as string[]) {
        const column = findColumn(table, name)?.name ?? name;
        newest.set(column, Math.max(time, newest.get(column) ?? time));
      }
    }
  }
  const points = storedColumns(table).map(({ name }) => [name, isoTime(newest.get(name))] as const);
  return Object.fromEntries(points);
}

/** The newest point of any column. */
export function recoveryPointOf(points: RecoveryPoints): string | null {
  return Object.values(points).reduce(
    (newest, point) => (point !== null && (newest === null || point > newest) ? point : newest),
    null,
  );
}

/** In milliseconds: logs write one column now and another then, and that is no gap of the evidence. */
const worthTelling = 3_600_000;

/** One sentence for the columns of a table that fall back to the same time; none where all are about as new as the table. */
export function describeLag(table: string, points: RecoveryPoints): string[] {
  const newest = recoveryPointOf(points);
  if (newest === null) return [];
  const lagging = Object.entries(points).filter(
    ([, point]) => point === null || Date.parse(newest) - Date.parse(point) >= worthTelling,
  );
  const times = [...new Set(lagging.map(([, point]) => point ?? ""))].toSorted().toReversed();
  return times.map((time) => {
    const columns = lagging.filter(([, point]) => (point ?? "") === time).map(([name]) => `${table}.${name}`);
    const what = time === "" ? "nothing of a known time" : `nothing newer than ${time}`;
    return `${what} for ${columns.join(", ")} (the table: ${newest})`;
  });
}

function isoTime(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** Deletes and proofs claim no values. */
function kindsOf(store: Store, table: Table): Kind[] {
  const sql = `SELECT place, shape.id AS shape, operation, columns FROM
      (SELECT DISTINCT "#place" AS place, "#shape" AS id, "#operation" AS operation FROM ${quoteName(table.id)}) AS used
    JOIN shape ON shape.id = used.id WHERE operation NOT IN ('delete', 'proof') ORDER BY 1, 2, 3`;
  return store.prepare<[], Kind>(sql).all();
}

/** The newest time at which one of the rows is known to have held; the rows' own times are looked at from the newest on. */
function newestOf(
  store: Store,
  table: Table,
  { place, shape, operation }: Kind,
  standing: SourceStanding,
  recoverTo: number | undefined,
): number | undefined {
  let newest: number | undefined;
  for (const modifiedAt of timesOf(store, table, { place, shape, operation })) {
    const row = { n: 0, key: 0, operation, modifiedAt, cells: [], place, position: 0, doubts: undefined };
    const moment = placeInTime(standing, row, recoverTo);
    if (typeof moment === "string" || moment.line !== production) continue;
    const time = moment.heldAt ?? moment.since;
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
    // An older row of the kind held no later than this one.
    if (newest !== undefined) break;
  }
  return newest;
}

/** Undefined first, where there are rows without a time of their own: they held when the source did. */
function* timesOf(
  store: Store,
  table: Table,
  { place, shape, operation }: Omit<Kind, "columns">,
): Generator<string | undefined> {
  const isTimed = store.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table.id, rowTime);
  if (isTimed === undefined) {
    yield undefined;
    return;
  }
  const rows = `FROM ${quoteName(table.id)} WHERE "#place" = ? AND "#shape" = ? AND "#operation" = ? AND ${quoteName(rowTime)}`;
  if (store.prepare(`SELECT 1 ${rows} IS NULL LIMIT 1`).get(place, shape, operation) !== undefined) yield undefined;
  const times = `SELECT DISTINCT ${quoteName(rowTime)} ${rows} IS NOT NULL ORDER BY 1 DESC`;
  yield* store.prepare<[number, number, string], string>(times).pluck(true).iterate(place, shape, operation);
}
