/** Sums of what packs count. */
import type { PackCounts } from "./model.ts";

export const noCounts: PackCounts = { recovered: 0, withheld: 0, deleted: 0, provisional: 0, replaced: 0, decided: 0 };

export function addCounts(left: PackCounts, right: PackCounts): PackCounts {
  return {
    recovered: left.recovered + right.recovered,
    withheld: left.withheld + right.withheld,
    deleted: left.deleted + right.deleted,
    provisional: left.provisional + right.provisional,
    replaced: left.replaced + right.replaced,
    decided: left.decided + right.decided,
  };
}
