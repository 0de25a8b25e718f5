/** `00-preflight.sql`: is this the right database, in the right state, read in the right encoding? All faults are told at once. */
import type { EmitRequest, EmitTable } from "../emitter.ts";
import { encodingCheck, raise, settings } from "./batches.ts";
import type { Check } from "./batches.ts";
import { hasRows, shortName, tableMissing, tableThere } from "./checks.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { reviewLines } from "../common/review-lines.ts";
import { tableIdentifier } from "./identifiers.ts";
import { logMissing, rowsLoaded } from "./log.ts";
import { ownerNames } from "./schema.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

export interface PreflightPlan {
  readonly request: EmitRequest;
  readonly rules: VersionRules;
  readonly tables: readonly (PlannedTable & { readonly stem: string | undefined })[];
  /** Of all data files. */
  readonly bytes: number;
}

function introduction({ request, tables }: PreflightPlan): string {
  return comments([
    ...request.warnings.map((warning) => `WARNING: ${warning}`),
    `tablesalvage: rebuild scripts of incident ${request.incident}, for SQL Server ${request.version}.`,
    `Verdict: ${request.verdict}. Evidence: ${request.evidence}.`,
    "Run this file first, then the others in the order of manifest.json, each in a connection of its own; load.sh and load.cmd do so.",
    "With sqlcmd: -b, and -f 65001 for files in UTF-8. A file that stops has changed nothing; run it again when the cause is gone.",
    ...tables.flatMap(({ emit }) => [
      `${emit.table.id}: ${emit.rowCount} ${emit.rowCount === 1 ? "row" : "rows"}`,
      ...reviewLines(emit).map((line) => `  ${line}`),
    ]),
  ]);
}

function failure(message: string): string {
  return `BEGIN\n  ${raise(message)}\n  SET @failures = @failures + 1\nEND`;
}

/** A table that is there holds what these scripts loaded, or nothing; the log has to be there to be asked. */
function tableCheck(emit: EmitTable, stem: string | undefined, { request }: PreflightPlan): string {
  const table = tableIdentifier(emit.table);
  const missing = tableMissing(emit.table);
  const absent = request.createsSchema ? [] : ["ELSE", failure(missing.message)];
  if (request.ifExists === "skip")
    return request.createsSchema ? "" : `IF ${missing.condition}\n${failure(missing.message)}`;
  const filled = `tablesalvage: table ${shortName(emit.table)} has rows that these scripts did not load. Choose the right database, empty the table, or set target.ifExists to skip.`;
  return [
    `IF ${tableThere(emit.table)}`,
    "BEGIN",
    "SET @loaded = 0",
    ...(stem === undefined ? [] : [`IF NOT ${logMissing.condition} SELECT @loaded = (${rowsLoaded(request, stem)})`]),
    `IF (@loaded = 0 AND ${hasRows(emit.table)}) OR (@loaded > 0 AND (SELECT COUNT_BIG(*) FROM ${table}) <> @loaded)`,
    failure(filled),
    "END",
    ...absent,
  ].join("\n");
}

function tableBatches(plan: PreflightPlan): string[] {
  const checks = plan.tables.map(({ emit, stem }) => tableCheck(emit, stem, plan)).filter((sql) => sql !== "");
  return checks.length === 0 ? [] : [batchOf(["DECLARE @loaded bigint", ...checks])];
}

/** The major version that each is known by; databases of Azure are never older than what the scripts use. */
const majors = { "2000": 8, "2005": 9, "2008": 10, "2012": 11, "2016": 13, "2022": 16 } as const;
const azureEditions = "CONVERT(int, SERVERPROPERTY(N'EngineEdition')) IN (5, 8, 12)";
const productVersion = "CONVERT(nvarchar(128), SERVERPROPERTY(N'ProductVersion'))";

function versionCheck({ version }: EmitRequest): Check {
  const message = `tablesalvage: these scripts are for SQL Server ${version}, and this server is older. Set target.version to this server's, and emit again.`;
  if (version === "azure")
    return { condition: `NOT ${azureEditions}`, message: message.replace("is older", "is none of Azure") };
  // `8.00.2039` has three parts, later ones four.
  const major = `CONVERT(int, LEFT(${productVersion}, CHARINDEX(N'.', ${productVersion}) - 1))`;
  // On 2000 SERVERPROPERTY does not know the ones of Azure.
  return { condition: `${major} < ${majors[version]} AND NOT ${azureEditions}`, message };
}

function mayNot(object: string, kind: string, permission: string): string {
  return `ISNULL(HAS_PERMS_BY_NAME(${object}, N'${kind}', N'${permission}'), 1) = 0`;
}

/** Each by itself: hundreds of tables would nest too deeply in one condition. */
function deniedWhere(conditions: readonly string[]): string[] {
  return conditions.map((condition) => `IF ${condition} SET @denied = @denied + 1`);
}

/** An identity insert, and switching keys and triggers off, takes ALTER on the table. */
function permissionChecks({ rules, request, tables }: PreflightPlan): string[] {
  const message =
    "tablesalvage: this login may not make or fill the tables. Use one of db_owner, or of db_ddladmin and db_datawriter.";
  if (!rules.sysViews)
    return [
      "IF ISNULL(IS_SRVROLEMEMBER(N'sysadmin'), 0) = 0 AND ISNULL(IS_MEMBER(N'db_owner'), 0) = 0 AND (ISNULL(IS_MEMBER(N'db_ddladmin'), 0) = 0 OR ISNULL(IS_MEMBER(N'db_datawriter'), 0) = 0)",
      failure(message),
    ];
  const onTables = tables.flatMap(({ emit }) =>
    ["INSERT", "ALTER"].map((permission) => mayNot(nationalLiteral(tableIdentifier(emit.table)), "OBJECT", permission)),
  );
  const create = request.createsSchema ? [mayNot("QUOTENAME(DB_NAME())", "DATABASE", "CREATE TABLE")] : [];
  return [
    "DECLARE @denied int",
    "SET @denied = 0",
    ...deniedWhere([...create, ...onTables]),
    `IF @denied > 0\n${failure(message)}`,
  ];
}

const systemDatabase: Check = {
  condition: "DB_NAME() IN (N'master', N'model', N'msdb', N'tempdb')",
  message:
    "tablesalvage: this is a database of the system. Choose the one to rebuild (sqlcmd -d NAME), in a new connection.",
};

function ownerChecks({ request, rules, tables }: PreflightPlan): Check[] {
  if (rules.sysViews || !request.createsSchema) return [];
  return ownerNames(tables.map(({ emit }) => emit.table)).map((name) => ({
    condition: `USER_ID(${nationalLiteral(name)}) IS NULL`,
    message: `tablesalvage: the user ${Array.from(name).slice(0, 100).join("")}, who owns tables, is not in this database. Make the user first.`,
  }));
}

/** Of people and applications. */
function otherSessions({ version, sysViews }: VersionRules): string {
  if (!sysViews) return "master.dbo.sysprocesses WHERE spid > 50 AND dbid = DB_ID() AND spid <> @@SPID";
  const users = "sys.dm_exec_sessions WHERE is_user_process = 1";
  if (version === "2005" || version === "2008")
    return `master.dbo.sysprocesses WHERE dbid = DB_ID() AND spid <> @@SPID AND spid IN (SELECT session_id FROM ${users})`;
  const own = "database_id = DB_ID() AND session_id <> @@SPID";
  // Azure's own backups and replicas are sessions, too.
  return `${users} AND ${own} AND original_login_name <> N'NT AUTHORITY\\SYSTEM'`;
}

/** Rows of somebody else would come between; where rows may be there already, others are expected. */
function othersChecks({ request, rules }: PreflightPlan): Check[] {
  if (request.ifExists === "skip") return [];
  const sessions = otherSessions(rules);
  return [
    {
      condition: `EXISTS (SELECT * FROM ${sessions})`,
      message:
        "tablesalvage: other sessions use this database (sp_who tells which). End them, or set target.ifExists to skip where the database is in use.",
    },
  ];
}

function collationCheck({ request: { collation } }: PreflightPlan): string {
  const here = "CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), N'Collation'))";
  const differs = `IF ${here} <> ${nationalLiteral(collation.name)}`;
  const advice = `Set target.collation to this database's, and run salvage again.`;
  if (collation.isGiven)
    return `${differs}\n${failure(`tablesalvage: the rows were settled under the collation ${collation.name}, and this database has another. ${advice}`)}`;
  return `${differs}\n  PRINT ${nationalLiteral(`tablesalvage: keys were compared as under ${collation.name}, and this database has another collation. ${advice}`)}`;
}

const pageBytes = 8192;

/** Files that grow without a limit have room as far as their disk goes, which nobody here can ask for. */
function roomCheck({ bytes, rules }: PreflightPlan): string[] {
  const megabytes = Math.ceil(bytes / 1_000_000);
  const need = `PRINT N'tablesalvage: about ${megabytes} MB of room are needed'`;
  if (rules.version === "azure") return [need];
  const [view, most, isData] = rules.sysViews
    ? ["sys.database_files", "max_size", "type = 0"]
    : ["sysfiles", "maxsize", "(status & 64) = 0"];
  const used = "CONVERT(decimal(38, 0), FILEPROPERTY(name, N'SpaceUsed'))";
  return [
    "DECLARE @room decimal(38, 0)",
    `SELECT @room = SUM(CASE WHEN growth = 0 OR ${most} = 0 THEN size - ${used} WHEN ${most} = -1 THEN 1000000000 ELSE ${most} - ${used} END) FROM ${view} WHERE ${isData}`,
    `IF @room * ${pageBytes} < ${bytes}\n${failure(`tablesalvage: about ${megabytes} MB of room are needed, and the files of this database may not grow so far. Let them grow, or add one.`)}`,
    `ELSE ${need}`,
  ];
}

/** Ends the session where one of the batch's checks failed. */
function batchOf(checks: readonly string[]): string {
  return ["DECLARE @failures int", "SET @failures = 0", ...checks, "IF @failures > 0 SET NOEXEC ON"].join("\n");
}

function stops(checks: readonly Check[]): string[] {
  return checks.map(({ condition, message }) => `IF ${condition}\n${failure(message)}`);
}

export function preflightBatches(plan: PreflightPlan): string[] {
  const { request } = plan;
  return [
    `${introduction(plan)}\n${settings}`,
    encodingCheck,
    // By itself: an older server does not understand what comes then.
    batchOf(stops([systemDatabase, versionCheck(request)])),
    batchOf([
      ...permissionChecks(plan),
      ...stops([...ownerChecks(plan), ...othersChecks(plan)]),
      collationCheck(plan),
      ...roomCheck(plan),
    ]),
    ...tableBatches(plan),
    "PRINT N'tablesalvage: preflight passed'",
  ];
}
