/** `rollback.sql`: takes an aborted load back, so that it can begin anew. Only what these scripts loaded, and nothing where anybody else has written since. */
import type { EmitRequest } from "../emitter.ts";
import { encodingCheck, guardSaying, settings, stopIf } from "./batches.ts";
import { shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { switchOff } from "./foreign-keys.ts";
import { tableIdentifier } from "./identifiers.ts";
import { forget, logMissing, rowsLoaded } from "./log.ts";
import { triggersAway } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";

export interface Loaded extends PlannedTable {
  /** Of its data files. */
  readonly stem: string;
}

/** Children first: the order of loading, backwards. Triggers stay off until 82-attachments.sql, as after a load. */
export function rollbackBatches(request: EmitRequest, plan: readonly Loaded[], rules: VersionRules): string[] {
  const backwards = plan.toReversed();
  const introduction = comments([
    `tablesalvage: takes back what was loaded of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it only to begin the load anew. Afterwards the tables are empty, as they were before; 80-constraints.sql and 82-attachments.sql put keys and triggers right.",
  ]);
  const checks = backwards.map(({ emit, stem }) =>
    stopIf([
      tableMissing(emit.table),
      {
        condition: `(SELECT COUNT_BIG(*) FROM ${tableIdentifier(emit.table)}) <> (${rowsLoaded(request, stem)})`,
        message: `tablesalvage: ${shortName(emit.table)} has not the rows that these scripts loaded: somebody has written to it since. Nothing was taken back.`,
      },
    ]),
  );
  const deletions = backwards.map(({ emit }) => `DELETE FROM ${tableIdentifier(emit.table)}`);
  const inTransaction = [
    "BEGIN TRANSACTION",
    ...plan.flatMap((each) => [triggersAway(each.emit.table), ...switchOff(each, rules)]),
    ...deletions,
    forget(request),
  ];
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([logMissing]),
    ...checks,
    ...inTransaction.flatMap((batch) => [batch, guardSaying("nothing was taken back")]),
    "COMMIT TRANSACTION",
  ];
}
