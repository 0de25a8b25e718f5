/** `82-attachments.sql`: what dies with a table besides rows and keys, in the schema's own words and only where it is missing (GOTCHAS 26). */
import type { Attachment, AttachmentKind, Table } from "../../schema/model.ts";
import type { EmitRequest } from "../emitter.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { attempts, attemptsEnd } from "./attempts.ts";
import type { Attempt } from "./attempts.ts";
import { encodingCheck, openTransaction, settings, stopIf } from "./batches.ts";
import { execute } from "./dynamic.ts";
import { objectId } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";
import { periodBack } from "./temporal.ts";
import { disable, isDisabled, triggersBack } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";
import { refreshViews } from "./views.ts";

/** A trigger stands in its table's schema. */
function triggerMissing(table: Table, name: string): string {
  return `NOT EXISTS (SELECT * FROM sysobjects WHERE xtype IN (N'TR', N'TA') AND parent_obj = ${objectId(table)} AND name = ${nationalLiteral(name)})`;
}

function propertyMissing(table: Table, { name = "", part }: Attachment, rules: VersionRules): string {
  const texts = [
    name,
    rules.sysViews ? "SCHEMA" : "USER",
    table.schema,
    "TABLE",
    table.name,
    ...(part === undefined ? [] : [part.type.toUpperCase(), part.name]),
  ].map(nationalLiteral);
  const list = [...texts, ...(part === undefined ? ["NULL", "NULL"] : [])].join(", ");
  return `NOT EXISTS (SELECT * FROM ${rules.sysViews ? "" : "::"}fn_listextendedproperty(${list}))`;
}

const indexKinds: ReadonlySet<AttachmentKind> = new Set(["index", "statistics"]);

function isVersioning(sql: string): boolean {
  return /\bSYSTEM_VERSIONING\s*=\s*ON\b/i.test(sql);
}

/** Switched on a second time they are an error; other options may run twice. */
function optionMissing(table: Table, sql: string): string | undefined {
  if (/\bENABLE\s+CHANGE_TRACKING\b/i.test(sql))
    return `NOT EXISTS (SELECT * FROM sys.change_tracking_tables WHERE object_id = ${objectId(table)})`;
  return isVersioning(sql) ? `ISNULL(OBJECTPROPERTY(${objectId(table)}, N'TableTemporalType'), 0) <> 2` : undefined;
}

/** What may not be made twice, with what says that it is missing; statements that may run twice have no condition. */
function conditionOf(table: Table, attachment: Attachment, rules: VersionRules): string | undefined {
  const { kind, name } = attachment;
  if (kind === "table-option") return optionMissing(table, attachment.sql);
  if (name === undefined) return undefined;
  if (kind === "trigger") return triggerMissing(table, name);
  if (kind === "extended-property") return propertyMissing(table, attachment, rules);
  return indexKinds.has(kind)
    ? `INDEXPROPERTY(${objectId(table)}, ${nationalLiteral(name)}, N'IndexID') IS NULL`
    : undefined;
}

function attemptOf(table: Table, attachment: Attachment, rules: VersionRules): Attempt {
  const { kind, name, sql } = attachment;
  const condition = conditionOf(table, attachment, rules);
  const isOff = kind === "trigger" && name !== undefined && isDisabled(name, table.attachments);
  return {
    what: `${kind}${name === undefined ? "" : ` ${name}`} of ${table.id}`,
    ...(condition === undefined ? {} : { condition }),
    statements: [execute(sql, rules), ...(isOff ? [disable(table, name)] : [])],
    ...(attachment.settingsOff === undefined ? {} : { settingsOff: attachment.settingsOff }),
  };
}

function isClustered({ sql }: Attachment): boolean {
  return /^CREATE\s+(?:UNIQUE\s+)?CLUSTERED\b/i.test(sql);
}

/** Indexes stand before foreign keys, which may refer to one; a clustered one first, or the others would be built twice. */
export function indexAttempts(table: Table, rules: VersionRules): Attempt[] {
  const indexes = table.attachments.filter(({ kind }) => indexKinds.has(kind));
  return [...indexes.filter(isClustered), ...indexes.filter((index) => !isClustered(index))].map((index) =>
    attemptOf(table, index, rules),
  );
}

/** Descriptions and permissions need nothing but the table; system versioning comes when the triggers are made. */
const order: readonly AttachmentKind[] = [
  "default-binding",
  "rule-binding",
  "trigger",
  "table-option",
  "extended-property",
  "grant",
  "deny",
  "revoke",
];

/** The states of triggers that the schema gives are made with the triggers; those of a trigger that was there stay its own. */
function isStateOfTrigger({ kind, name }: Attachment): boolean {
  return kind === "trigger" && name === undefined;
}

/** All at once: after the first statement the index is there. */
function fullText(table: Table, rules: VersionRules): Attempt[] {
  const statements = table.attachments.filter(({ kind }) => kind === "full-text").map(({ sql }) => sql);
  if (statements.length === 0) return [];
  const condition = `OBJECTPROPERTY(${objectId(table)}, N'TableHasActiveFulltextIndex') = 0`;
  return [{ what: `full-text index of ${table.id}`, condition, statements: [execute(statements.join("\n"), rules)] }];
}

/** Of tables that are there: what was taken from them for the load. */
function temporalAttempts(table: Table, rules: VersionRules): Attempt[] {
  const versioning = table.attachments.filter(({ kind, sql }) => kind === "table-option" && isVersioning(sql));
  return [...periodBack(table), ...versioning.map((each) => attemptOf(table, each, rules))];
}

function attachmentAttempts({ emit: { table } }: PlannedTable, rules: VersionRules): Attempt[] {
  const rest = table.attachments.filter((each) => !isStateOfTrigger(each));
  const made = order.flatMap((kind) =>
    rest.filter((each) => each.kind === kind).map((each) => attemptOf(table, each, rules)),
  );
  return [...periodBack(table), ...made, ...fullText(table, rules)];
}

/** Before all else, so that nothing that fails keeps them off. */
function triggersOnAgain(plan: readonly PlannedTable[], rules: VersionRules): Attempt[] {
  const filled = plan.filter(({ emit }) => emit.rowCount + (emit.changedCells ?? 0) > 0);
  return filled.map(({ emit: { table } }) => ({
    what: `triggers of ${table.id} that were on before the load`,
    statements: [triggersBack(table, rules)],
  }));
}

export function attachmentBatches(request: EmitRequest, plan: readonly PlannedTable[], rules: VersionRules): string[] {
  const made = plan.flatMap((planned) =>
    request.createsSchema ? attachmentAttempts(planned, rules) : temporalAttempts(planned.emit.table, rules),
  );
  const introduction = comments([
    `tablesalvage: triggers, permissions and descriptions of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it after 80-constraints.sql. It may be run again: what is there stays as it is.",
  ]);
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    stopIf([openTransaction]),
    ...attempts([...triggersOnAgain(plan, rules), ...made], rules),
    ...refreshViews(rules),
    ...attemptsEnd(rules),
  ];
}
