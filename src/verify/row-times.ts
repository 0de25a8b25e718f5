/** What rows say of when they changed, where that is after a moment that matters: a wrong clock shows here first. */
import { standingOf } from "../reconcile/claims.ts";
import type { SourceStanding } from "../reconcile/claims.ts";
import { placeInTime } from "../reconcile/moment.ts";
import type { StandingSource } from "../reconcile/table.ts";
import { instantOf } from "../values/zone.ts";
import { rowTime } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";

/** `late`, `foreign`: they give no values. `ahead`: they count, though they claim to be of after their source's `asOf`. */
type Beyond = "late" | "foreign" | "ahead";

const words: Readonly<Record<Beyond, { readonly one: string; readonly many: string }>> = {
  late: {
    one: "says that it changed after the last good moment: it gives no values",
    many: "say that they changed after the last good moment: they give no values",
  },
  foreign: {
    one: "changed after the line left production's: it gives no values",
    many: "changed after the line left production's: they give no values",
  },
  ahead: {
    one: "says that it changed after the source's asOf: is its clock ahead?",
    many: "say that they changed after the source's asOf: is its clock ahead?",
  },
};

const day = 86_400_000;
/** Of `YYYY-MM-DD hh:mm:ss`. */
const secondsWidth = 19;

interface Timed {
  readonly modifiedAt: string;
  readonly place: number;
  readonly rows: number;
}

/** `export: dbo.Orders: 3 rows say that they changed after the last good moment: … (up to 2027-02-28 10:00:00)`. */
export function rowTimeNotes(table: Table, source: StandingSource, recoverTo: number | undefined): string[] {
  const { standing } = source;
  const counts = new Map<Beyond, Omit<Timed, "place">>();
  for (const { modifiedAt, place, rows } of timesAfter(table, source, recoverTo)) {
    const beyond = beyondWhat(standingOf(source, { place }), modifiedAt, recoverTo);
    if (beyond !== undefined) counts.set(beyond, { modifiedAt, rows: rows + (counts.get(beyond)?.rows ?? 0) });
  }
  return [...counts].map(([beyond, { modifiedAt, rows }]) => {
    const what = rows === 1 ? `1 row ${words[beyond].one}` : `${rows} rows ${words[beyond].many}`;
    return `${standing.id}: ${table.id}: ${what} (up to ${modifiedAt.slice(0, secondsWidth)})`;
  });
}

function beyondWhat(standing: SourceStanding, modifiedAt: string, recoverTo: number | undefined): Beyond | undefined {
  const row = { n: 0, key: 0, operation: "snapshot" as const, modifiedAt, cells: [], place: 0, position: 0 };
  const moment = placeInTime(standing, { ...row, doubts: undefined }, recoverTo);
  if (typeof moment === "string") return moment;
  const { at } = instantOf(modifiedAt, standing.zone);
  return standing.time !== undefined && at > standing.time + standing.skew ? "ahead" : undefined;
}

/** Oldest first. Clocks of zones differ by less than a day, so that only few times have to be worked out. */
function timesAfter(
  table: Table,
  { standing, editions, reader }: StandingSource,
  recoverTo: number | undefined,
): Timed[] {
  const times = editions === undefined ? [standing.time] : [...editions.values()].map(({ time }) => time);
  const limits = [recoverTo, standing.branchedAt, ...times].filter((limit) => limit !== undefined);
  const { store } = reader;
  const isTimed = store.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table.id, rowTime);
  if (limits.length === 0 || isTimed === undefined) return [];
  const from = new Date(Math.min(...limits) - day).toISOString().slice(0, 10);
  const time = quoteName(rowTime);
  const sql = `SELECT ${time} AS modifiedAt, "#place" AS place, count(*) AS "rows" FROM ${quoteName(table.id)} WHERE ${time} >= ? GROUP BY 1, 2 ORDER BY 1, 2`;
  return store.prepare<[string], Timed>(sql).all(from);
}
