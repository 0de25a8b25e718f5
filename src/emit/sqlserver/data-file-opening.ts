/** What a data file does before its first row: checks that it is its turn, opens its transaction. */
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { encodingCheck, guardOf, openTransaction, settings, stopIf } from "./batches.ts";
import { hasRows, shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import { switchOff } from "./foreign-keys.ts";
import { tableIdentifier } from "./identifiers.ts";
import { logMissing, passIfLoaded, stopUnlessLoaded } from "./log.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { identityColumn } from "./reseed.ts";
import { reviewLines } from "../common/review-lines.ts";
import { hasTemporal, isTemporal, periodOff, versioningOff } from "./temporal.ts";
import { triggersAway } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";

/** Where a file begins within its table's series. */
export interface FileStart {
  /** 1-based. */
  readonly number: number;
  readonly name: string;
  /** The name of the file before; undefined for the first. */
  readonly before: string | undefined;
  /** It keeps identities by itself. */
  readonly isBulk?: true;
}

function introduction(request: EmitRequest, emit: EmitTable, start: FileStart): string {
  return comments([
    `tablesalvage: rows of ${emit.table.id}, file ${start.number}, incident ${request.incident}, for SQL Server ${request.version}.`,
    `Sources: ${emit.sources.join(", ")}. Evidence: ${request.evidence}.`,
    ...(start.number === 1 ? reviewLines(emit) : []),
  ]);
}

/** With `ifExists: skip` a file may be run at any time, since no row goes in twice. */
function turnCheck({ emit }: PlannedTable, request: EmitRequest, start: FileStart): string[] {
  if (request.ifExists === "skip") return [];
  const name = shortName(emit.table);
  if (start.before === undefined) {
    const message = `tablesalvage: ${name} has rows that these scripts did not load. Empty the table, or set target.ifExists to skip.`;
    return [stopIf([{ condition: hasRows(emit.table), message }])];
  }
  const message = `tablesalvage: the file before this one is not in ${name}. Run the files in the order of manifest.json, in a new connection.`;
  return [stopUnlessLoaded(request, start.before, message)];
}

/** What must not act while rows go in. */
function away(planned: PlannedTable, request: EmitRequest, rules: VersionRules): string[] {
  const { table } = planned.emit;
  const versioning = rules.temporal && hasTemporal(request.schema) ? [versioningOff(table)] : [];
  const period = rules.temporal && isTemporal(table) ? [periodOff(table)] : [];
  return [...versioning, ...period, ...switchOff(planned, rules)];
}

/** The batches before the first row. */
export function opening(request: EmitRequest, rules: VersionRules, planned: PlannedTable, start: FileStart): string[] {
  const { emit } = planned;
  const isIdentity = identityColumn(emit) !== undefined && start.isBulk !== true;
  const inTransaction = [
    ...(request.transaction === "file" ? ["BEGIN TRANSACTION"] : []),
    ...(start.number === 1 ? away(planned, request, rules) : []),
    // In every file: somebody may have run 82-attachments.sql in between.
    triggersAway(emit.table),
    ...(isIdentity ? [`SET IDENTITY_INSERT ${tableIdentifier(emit.table)} ON`] : []),
  ];
  return [
    `${introduction(request, emit, start)}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction, logMissing, tableMissing(emit.table)]),
    passIfLoaded(request, start.name),
    ...turnCheck(planned, request, start),
    ...inTransaction.flatMap((batch) => [batch, guardOf(request)]),
  ];
}
