/** `rollback.sql`: takes an aborted load back, so that it can begin anew. Only what these scripts loaded, and nothing where anybody else has written since. */
import type { EmitRequest } from "../emitter.ts";
import { encodingCheck, guardSaying, openTransaction, raise, settings, stopIf } from "./batches.ts";
import type { Check } from "./batches.ts";
import { shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { switchOff } from "./foreign-keys.ts";
import { objectId, tableIdentifier } from "./identifiers.ts";
import { forget, logMissing, rowsLoaded } from "./log.ts";
import { triggersAway } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";

export interface Loaded extends PlannedTable {
  /** Of its data files. */
  readonly stem: string;
}

function objectIds(plan: readonly Loaded[]): string {
  return plan.map(({ emit }) => objectId(emit.table)).join(", ");
}

/** Keys of tables that are not ours, by which a deletion would reach rows that nobody loaded. */
function reachesOthers(plan: readonly Loaded[], rules: VersionRules): Check {
  const ids = objectIds(plan);
  const keys = rules.sysViews
    ? `sys.foreign_keys WHERE is_disabled = 0 AND delete_referential_action <> 0 AND referenced_object_id IN (${ids}) AND parent_object_id NOT IN (${ids})`
    : `sysforeignkeys WHERE rkeyid IN (${ids}) AND fkeyid NOT IN (${ids}) AND OBJECTPROPERTY(constid, N'CnstIsDeleteCascade') = 1 AND OBJECTPROPERTY(constid, N'CnstIsDisabled') = 0`;
  return {
    condition: `EXISTS (SELECT * FROM ${keys})`,
    message:
      "tablesalvage: a foreign key of another table would delete or change rows there, which were not loaded. Switch it off (NOCHECK CONSTRAINT) first, in a new connection.",
  };
}

/** Under a lock that is kept: nothing comes between the count and the deletion. */
function countCheck({ emit, stem }: Loaded, request: EmitRequest): string {
  const rows = `(SELECT COUNT_BIG(*) FROM ${tableIdentifier(emit.table)} WITH (TABLOCKX, HOLDLOCK))`;
  return [
    `IF ${rows} <> (${rowsLoaded(request, stem)})`,
    "BEGIN",
    "  ROLLBACK TRANSACTION",
    `  ${raise(`tablesalvage: ${shortName(emit.table)} has not as many rows as these scripts loaded: somebody has written to it since. Nothing was taken back.`)}`,
    "  SET NOEXEC ON",
    "END",
  ].join("\n");
}

function withGuard(batch: string): string[] {
  return [batch, guardSaying("nothing was taken back")];
}

/** Children first: the order of loading, backwards. Triggers stay off until 82-attachments.sql, as after a load. */
export function rollbackBatches(request: EmitRequest, plan: readonly Loaded[], rules: VersionRules): string[] {
  const backwards = plan.toReversed();
  const introduction = comments([
    `tablesalvage: takes back what was loaded of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it only to begin the load anew. Afterwards the tables are empty, as they were before; 80-constraints.sql and 82-attachments.sql put keys and triggers right.",
  ]);
  const guarded = [
    "BEGIN TRANSACTION",
    ...plan.flatMap((each) => [triggersAway(each.emit.table), ...switchOff(each, rules)]),
  ];
  const deletions = [...backwards.map(({ emit }) => `DELETE FROM ${tableIdentifier(emit.table)}`), forget(request)];
  const ours =
    plan.length === 0
      ? []
      : [stopIf([...plan.map(({ emit }) => tableMissing(emit.table)), reachesOthers(plan, rules)])];
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction, logMissing]),
    ...ours,
    ...guarded.flatMap(withGuard),
    ...backwards.map((each) => countCheck(each, request)),
    ...deletions.flatMap(withGuard),
    "COMMIT TRANSACTION",
  ];
}
