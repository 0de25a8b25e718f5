/** What a data file does before its first row: checks that it is its turn, opens its transaction. */
import type { CanonicalValue } from "../../values/codec.ts";
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { encodingCheck, guard, settings, stopIf } from "./batches.ts";
import type { Check } from "./batches.ts";
import { hasRows, shortName, tableMissing } from "./checks.ts";
import { comments } from "../common/comments.ts";
import { switchOff } from "./foreign-keys.ts";
import { tableIdentifier } from "./identifiers.ts";
import { keyCondition } from "./key.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { identityColumn } from "./reseed.ts";
import { reviewLines } from "../common/review-lines.ts";
import type { VersionRules } from "./versions.ts";

type Row = readonly CanonicalValue[];

/** Where a file begins within its table's series. */
export interface FileStart {
  /** 1-based. */
  readonly number: number;
  readonly firstRow: Row;
  /** Rows in the files before. */
  readonly rowsBefore: number;
  /** The last of them. */
  readonly lastRow: Row | undefined;
}

function introduction(request: EmitRequest, emit: EmitTable, start: FileStart): string {
  return comments([
    `tablesalvage: rows of ${emit.table.id}, file ${start.number}, incident ${request.incident}, for SQL Server ${request.version}.`,
    ...(start.number === 1 ? reviewLines(emit) : []),
  ]);
}

const openTransaction: Check = {
  condition: "@@TRANCOUNT > 0",
  message: "tablesalvage: this session has an open transaction. Run the file in a new connection.",
};

function loadedBefore(table: string): string {
  return `tablesalvage: rows of this file are in ${table} already. If it was loaded before, go on with the next file, in a new connection.`;
}

/** Is it this file's turn? With a key, its first row is absent and the last row before it is there; without, the count tells. */
function turnChecks(emit: EmitTable, rules: VersionRules, start: FileStart): Check[] {
  const name = shortName(emit.table);
  const table = tableIdentifier(emit.table);
  const outOfTurn = `tablesalvage: the file before this one is not in ${name}. Run the files in the order of manifest.json, in a new connection.`;
  if (start.lastRow === undefined) return [{ condition: hasRows(emit.table), message: loadedBefore(name) }];
  const key = keyCondition(emit, rules);
  if (key === undefined)
    return [
      { condition: `(SELECT COUNT_BIG(*) FROM ${table}) > ${start.rowsBefore}`, message: loadedBefore(name) },
      { condition: `(SELECT COUNT_BIG(*) FROM ${table}) < ${start.rowsBefore}`, message: outOfTurn },
    ];
  const holds = (row: Row): string => `EXISTS (SELECT * FROM ${table} WHERE ${key(row)})`;
  return [
    { condition: holds(start.firstRow), message: loadedBefore(name) },
    { condition: `NOT ${holds(start.lastRow)}`, message: outOfTurn },
  ];
}

/** The batches before the first row. With `ifExists: skip` a file may be run at any time, since no row goes in twice. */
export function opening(request: EmitRequest, rules: VersionRules, planned: PlannedTable, start: FileStart): string[] {
  const { emit } = planned;
  const isIdentity = identityColumn(emit) !== undefined;
  const inTransaction = [
    "BEGIN TRANSACTION",
    ...(start.number === 1 ? switchOff(planned, rules) : []),
    ...(isIdentity ? [`SET IDENTITY_INSERT ${tableIdentifier(emit.table)} ON`] : []),
  ];
  return [
    `${introduction(request, emit, start)}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction, tableMissing(emit.table)]),
    ...(request.ifExists === "stop" ? [stopIf(turnChecks(emit, rules, start))] : []),
    ...inTransaction.flatMap((batch) => [batch, guard]),
  ];
}
