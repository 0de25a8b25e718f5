/** The changes of some time, as whoever logged them wrote them down. */
import { isIdentical } from "../../values/identical.ts";
import { changesOf, lastVersion } from "../history/model.ts";
import type { History } from "../history/model.ts";
import type { Damage } from "../plan/model.ts";
import type { Random } from "../random.ts";
import type { TruthTable } from "../truth/model.ts";
import { copyOf } from "./copy.ts";
import type { LoggedChange } from "./model.ts";

/** After `from` and up to `to`, of all tables, oldest first; parents' rows come before those of their children. */
export function changesBetween({ tables }: History, from: number, to: number): LoggedChange[] {
  const all = tables.flatMap((history) =>
    changesOf(history, from, to).map(({ at, kind, row, before, after }): LoggedChange => ({
      table: history.table,
      key: row.key,
      at,
      kind,
      before,
      after,
    })),
  );
  return all.toSorted((left, right) => left.at - right.at);
}

/** What the disaster did to single rows; tables that are gone have none. */
export function wreckingChanges({ tables }: History, wreck: readonly TruthTable[], at: number): LoggedChange[] {
  return copyOf(wreck).flatMap(({ table, rows }) => {
    const left = new Map(rows.map(({ key, cells }) => [key, cells]));
    const history = tables.find((each) => each.table === table)?.rows ?? [];
    return history.flatMap((row): LoggedChange[] => {
      if (row.deletedAt !== undefined) return [];
      const [before, after] = [lastVersion(row).cells, left.get(row.key)];
      if (after?.every((cell, index) => isIdentical(cell, before[index])) === true) return [];
      return [{ table, key: row.key, at, kind: after === undefined ? "delete" : "update", before, after }];
    });
  });
}

/** Lines that are missing, lines that stand there twice. */
export function damagedChanges(changes: readonly LoggedChange[], damage: Damage, random: Random): LoggedChange[] {
  const sampled = damage.sampleRows === undefined ? changes : random.sample(changes, damage.sampleRows);
  const { duplicates } = damage;
  return duplicates === undefined
    ? [...sampled]
    : sampled.flatMap((each) => (random.chance(duplicates) ? [each, each] : [each]));
}
