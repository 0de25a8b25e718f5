/** `82-attachments.sql`: what dies with a table besides rows and keys, in the schema's own words and only where it is missing (GOTCHAS 26). */
import type { Attachment, AttachmentKind, Table } from "../../schema/model.ts";
import type { EmitRequest } from "../emitter.ts";
import { comments } from "../common/comments.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { attempts } from "./attempts.ts";
import type { Attempt } from "./attempts.ts";
import { encodingCheck, settings } from "./batches.ts";
import { execute } from "./dynamic.ts";
import { tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";
import { disable, isDisabled, triggersBack } from "./triggers.ts";
import type { VersionRules } from "./versions.ts";
import { refreshViews } from "./views.ts";

function objectId(table: Table): string {
  return `OBJECT_ID(${nationalLiteral(tableIdentifier(table))})`;
}

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
    ...(part === undefined ? [] : [part.type, part.name]),
  ].map(nationalLiteral);
  const list = [...texts, ...(part === undefined ? ["NULL", "NULL"] : [])].join(", ");
  return `NOT EXISTS (SELECT * FROM ${rules.sysViews ? "" : "::"}fn_listextendedproperty(${list}))`;
}

const indexKinds: ReadonlySet<AttachmentKind> = new Set(["index", "statistics"]);

/** What may not be made twice, with what says that it is missing; statements that may run twice have no condition. */
function conditionOf(table: Table, attachment: Attachment, rules: VersionRules): string | undefined {
  const { kind, name } = attachment;
  if (kind === "full-text") return `OBJECTPROPERTY(${objectId(table)}, N'TableHasActiveFulltextIndex') = 0`;
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
  "full-text",
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

function attachmentAttempts({ emit: { table } }: PlannedTable, rules: VersionRules): Attempt[] {
  const rest = table.attachments.filter((each) => !isStateOfTrigger(each));
  return order.flatMap((kind) =>
    rest.filter((each) => each.kind === kind).map((each) => attemptOf(table, each, rules)),
  );
}

export function attachmentBatches(request: EmitRequest, plan: readonly PlannedTable[], rules: VersionRules): string[] {
  const introduction = comments([
    `tablesalvage: triggers, permissions and descriptions of incident ${request.incident}, for SQL Server ${request.version}.`,
    "Run it after 80-constraints.sql. It may be run again: what is there stays as it is.",
  ]);
  return [
    `${introduction}\n${settings}`,
    encodingCheck,
    ...attempts(
      [
        ...(request.createsSchema ? plan.flatMap((planned) => attachmentAttempts(planned, rules)) : []),
        ...plan
          .filter(({ emit }) => emit.rowCount > 0)
          .map(({ emit: { table } }) => ({
            what: `triggers of ${table.id} that were on before the load`,
            statements: [triggersBack(table)],
          })),
      ],
      rules,
    ),
    refreshViews(rules),
  ];
}
