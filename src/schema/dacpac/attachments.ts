/** What dies with a table besides rows and constraints, put from a package's model into the statements that make it anew. */
import type { Attachment, ModuleSetting } from "../model.ts";
import { splitName } from "../tsql/names.ts";
import { annotation, children, flag, property, referenced, type ModelElement } from "./elements.ts";
import { lastName, lastQuoted, quoteName, quoteText } from "./names.ts";

/** CREATE INDEX, and what switches it off where it is. `table` in its brackets. */
export function indexAttachments(element: ModelElement, table: string): Attachment[] {
  const name = lastName(element.name ?? "");
  const kind = `${flag(element, "IsUnique") ? "UNIQUE " : ""}${flag(element, "IsClustered") ? "CLUSTERED" : "NONCLUSTERED"}`;
  const included = referenced(element, "IncludedColumns").map(lastQuoted);
  const filter = property(element, "FilterPredicate");
  const parts = [
    `CREATE ${kind} INDEX ${quoteName(name)} ON ${table} (${children(element, "ColumnSpecifications").map(keyColumn).join(", ")})`,
    ...(included.length === 0 ? [] : [`INCLUDE (${included.join(", ")})`]),
    ...(filter === undefined ? [] : [`WHERE ${filter}`]),
    ...indexOptions(element),
  ];
  const made: Attachment = { kind: "index", sql: parts.join(" "), line: 0, name };
  if (!flag(element, "IsDisabled")) return [made];
  return [made, { kind: "index", sql: `ALTER INDEX ${quoteName(name)} ON ${table} DISABLE`, line: 0 }];
}

function keyColumn(specification: ModelElement): string {
  const column = lastQuoted(referenced(specification, "Column")[0] ?? "");
  return flag(specification, "IsAscending", true) ? column : `${column} DESC`;
}

/** In the form that every version takes. */
function indexOptions(element: ModelElement): string[] {
  const fill = property(element, "FillFactor") ?? "0";
  const options = [
    ...(flag(element, "UsePadIndex") && fill !== "0" ? ["PAD_INDEX"] : []),
    ...(fill === "0" ? [] : [`FILLFACTOR = ${fill}`]),
    ...(flag(element, "DoIgnoreDuplicateKey") ? ["IGNORE_DUP_KEY"] : []),
  ];
  return options.length === 0 ? [] : [`WITH ${options.join(", ")}`];
}

/** Empty where the text is encrypted. */
export function triggerAttachments(element: ModelElement, table: string): Attachment[] {
  const head = annotation(element, "SysCommentsObjectAnnotation");
  const header = head === undefined ? undefined : property(head, "HeaderContents");
  const body = property(element, "BodyScript");
  if (header === undefined || body === undefined) return [];
  const name = lastName(element.name ?? "");
  const off = settingsOff(element);
  const settings = off.length === 0 ? {} : { settingsOff: off };
  const made: Attachment = { kind: "trigger", sql: `${header}${body}`.trim(), line: 0, name, ...settings };
  if (!flag(element, "IsDisabled")) return [made];
  return [made, { kind: "trigger", sql: `ALTER TABLE ${table} DISABLE TRIGGER ${quoteName(name)}`, line: 0 }];
}

function settingsOff(element: ModelElement): ModuleSetting[] {
  const settings = element.scriptSettings.get("BodyScript") ?? {};
  const isOff = (name: string): boolean => settings[name]?.toLowerCase() === "false";
  return [
    ...(isOff("QuotedIdentifiers") ? (["QUOTED_IDENTIFIER"] as const) : []),
    ...(isOff("AnsiNulls") ? (["ANSI_NULLS"] as const) : []),
  ];
}

/** `Grant.ViewDefinition.Object`, the first part of a permission's name. */
const permissionForm = /^(Grant|Deny)\.([A-Za-z]+)\.Object$/;

/** Undefined for a form that is not known, such as permissions on columns. */
export function permissionAttachment(element: ModelElement, table: string): Attachment | undefined {
  const [first = ""] = splitName(element.name ?? "");
  const [, action, permission] = permissionForm.exec(first) ?? [];
  const [grantee] = referenced(element, "Grantee");
  if (action === undefined || permission === undefined || grantee === undefined) return undefined;
  const words = permission.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toUpperCase();
  const kind = action === "Grant" ? "grant" : "deny";
  return { kind, sql: `${action.toUpperCase()} ${words} ON ${table} TO ${grantee}`, line: 0 };
}

const literalForm = /^N?'(?:[^']|'')*'$/s;

/** What the third part of a described thing's name is, by the first of the description's own; undefined: it has none. */
const hosts = new Map([
  ["SqlTableBase", undefined],
  ["SqlColumn", "COLUMN"],
  ["SqlIndexBase", "INDEX"],
]);

function level(number: number, type: string, name: string): string {
  return `@level${number}type = N'${type}', @level${number}name = ${quoteText(name)}`;
}

/** A description of the table, or of a part of it: `host` is that one's name. Undefined for a part of another kind. */
export function propertyAttachment(element: ModelElement, host: string): Attachment | undefined {
  const [kind = ""] = splitName(element.name ?? "");
  if (!hosts.has(kind)) return undefined;
  const [schema = "", table = "", own = ""] = splitName(host);
  const type = hosts.get(kind);
  const name = lastName(element.name ?? "");
  const value = property(element, "Value") ?? "";
  const parts = [
    `@name = ${quoteText(name)}`,
    `@value = ${literalForm.test(value) ? value : quoteText(value)}`,
    level(0, "SCHEMA", schema),
    level(1, "TABLE", table),
    ...(type === undefined ? [] : [level(2, type, own)]),
  ];
  const part = type === undefined ? {} : { part: { type, name: own } };
  return {
    kind: "extended-property",
    sql: `EXEC sys.sp_addextendedproperty ${parts.join(", ")}`,
    line: 0,
    name,
    ...part,
  };
}
