/**
 * What a load has done, kept in the database that it is done to: each script enters itself in the transaction of its rows, so that what runs again after an
 * interruption passes over what is in. Triggers that were on are kept there, too, until they are on again.
 */
import type { Table } from "../../schema/model.ts";
import type { EmitRequest } from "../emitter.ts";
import { stopIf } from "./batches.ts";
import { cut, nationalLiteral } from "./strings.ts";

const log = "[dbo].[tablesalvage_log]";
export const triggersOff = "[dbo].[tablesalvage_triggers]";

/** Names these very scripts: others are another load. */
function loadId({ evidence }: EmitRequest): string {
  return nationalLiteral(evidence.slice(0, 32));
}

export const logTables = [
  `IF OBJECT_ID(N'${log}') IS NULL\nCREATE TABLE ${log} ([load] nvarchar(32) NOT NULL, [script] nvarchar(260) NOT NULL, [rows] bigint NOT NULL, [at] datetime NOT NULL, PRIMARY KEY ([load], [script]))`,
  `IF OBJECT_ID(N'${triggersOff}') IS NULL\nCREATE TABLE ${triggersOff} ([table] nvarchar(300) NOT NULL, [trigger] nvarchar(128) NOT NULL, [isOnAgain] bit NOT NULL, PRIMARY KEY ([table], [trigger]))`,
];

const kept = "[dbo].[tablesalvage_kept]";

/** Of a second wave: cells that somebody changed since the first, and that stay as they are. */
export const keptTable = `IF OBJECT_ID(N'${kept}') IS NULL\nCREATE TABLE ${kept} ([load] nvarchar(32) NOT NULL, [table] nvarchar(300) NOT NULL, [key] nvarchar(450) NOT NULL, [column] nvarchar(128) NULL)`;

interface KeptCell {
  readonly table: Table;
  /** As people read it. */
  readonly key: string;
  /** Undefined: the whole row. */
  readonly column: string | undefined;
}

const longestKey = 450;

/** The beginning of a statement whose WHERE says when the cell, or the row, was left as it is. */
export function keep(request: EmitRequest, { table, key, column }: KeptCell): string {
  const texts = [table.id, cut(key, longestKey)[0] ?? ""].map(nationalLiteral);
  return `INSERT INTO ${kept} ([load], [table], [key], [column]) SELECT ${[loadId(request), ...texts].join(", ")}, ${column === undefined ? "NULL" : nationalLiteral(column)}`;
}

export function keptCells(request: EmitRequest): string {
  return `SELECT [table], [key], [column] AS [changed since, and left] FROM ${kept} WHERE [load] = ${loadId(request)} ORDER BY [table], [key], [column]`;
}

export const logMissing = {
  condition: `OBJECT_ID(N'${log}') IS NULL`,
  message: "tablesalvage: 05-schema.sql has not run in this database. Run it first, in a new connection.",
};

function entry(request: EmitRequest, script: string): string {
  return `EXISTS (SELECT * FROM ${log} WHERE [load] = ${loadId(request)} AND [script] = ${nationalLiteral(script)})`;
}

/** Lets nothing more of a script run that is in already; that is no fault. */
export function passIfLoaded(request: EmitRequest, script: string): string {
  return `IF ${entry(request, script)}\nBEGIN\n  PRINT N'tablesalvage: loaded before, passed over; the next file needs a new connection'\n  SET NOEXEC ON\nEND`;
}

/** Stops where the script before is not in. */
export function stopUnlessLoaded(request: EmitRequest, script: string, message: string): string {
  return stopIf([{ condition: `NOT ${entry(request, script)}`, message }]);
}

export function enter(request: EmitRequest, script: string, rows: number): string {
  return `INSERT INTO ${log} ([load], [script], [rows], [at]) VALUES (${loadId(request)}, ${nationalLiteral(script)}, ${rows}, GETDATE())`;
}

/** The rows of the scripts whose name begins so that are in: a SELECT for a condition, where the log is there. */
export function rowsLoaded(request: EmitRequest, stem: string): string {
  const pattern = nationalLiteral(`${stem.replaceAll(/[[_%]/g, "[$&]")}.%`);
  return `SELECT ISNULL(SUM([rows]), 0) FROM ${log} WHERE [load] = ${loadId(request)} AND [script] LIKE ${pattern}`;
}

export function forget(request: EmitRequest): string {
  return `DELETE FROM ${log} WHERE [load] = ${loadId(request)}`;
}
