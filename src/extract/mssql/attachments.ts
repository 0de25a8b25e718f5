/** What dies with a table besides its rows and constraints, put into the statements that make it anew: indexes, triggers, permissions, descriptions. */
import type { Attachment } from "../../schema/model.ts";
import type { Ask, CatalogRow as Row } from "./catalog.ts";
import { attachmentQueries } from "./attachment-queries.ts";
import { quoteName, quoteRelation, quoteText } from "./names.ts";

export interface Attachments {
  /** By `schema.table`, as the catalog writes the two. */
  readonly byTable: ReadonlyMap<string, readonly Attachment[]>;
  /** Unique indexes that are keys (no filter), with their columns: by `schema.table`. */
  readonly uniqueIndexes: ReadonlyMap<string, readonly UniqueIndex[]>;
  /** What could not be read, as sentences. */
  readonly warnings: readonly string[];
}

interface UniqueIndex {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Asks once for all tables. */
export async function readAttachments(ask: Ask, version: number): Promise<Attachments> {
  const queries = attachmentQueries(version);
  const indexes = indexesOf(await ask(queries.indexes), await ask(queries.indexColumns));
  const triggers = await triggersOf(ask, queries.triggers);
  const others = await ask(queries.otherIndexes);
  const versioned = queries.temporal === undefined ? [] : await ask(queries.temporal);
  const collected = new Map<string, Attachment[]>();
  const add = (row: Row, kind: Attachment["kind"], sql: string, made: Partial<Attachment> = {}): void => {
    const table = tableOf(row);
    collected.set(table, [...(collected.get(table) ?? []), { kind, sql, line: 0, ...made }]);
  };
  // The first of the statements makes it, the others may run twice.
  const addMade = (row: Row, kind: Attachment["kind"], statements: readonly string[]): void => {
    const made = { name: text(row, "name"), ...settingsOff(row) };
    for (const [at, sql] of statements.entries()) add(row, kind, sql, at === 0 ? made : {});
  };
  for (const index of indexes) addMade(index.row, "index", indexStatements(index));
  for (const { row, statements } of triggers) addMade(row, "trigger", statements);
  for (const row of await ask(queries.permissions)) add(row, permissionKind(row), permissionStatement(row));
  for (const row of await ask(queries.properties))
    add(row, "extended-property", propertyStatement(row, version), propertyOf(row));
  return {
    byTable: collected,
    uniqueIndexes: uniqueAmong(indexes),
    warnings: [
      ...triggers.filter(({ statements }) => statements.length === 0).map(({ row }) => hiddenTrigger(row)),
      ...versioned.map(
        (row) =>
          `${tableOf(row)} is versioned by the system: its periods come as plain columns, and the versioning is not carried over`,
      ),
      ...others.map(
        (row) => `index ${text(row, "name")} of ${tableOf(row)} is ${text(row, "kind")}, and not carried over`,
      ),
    ],
  };
}

/** Only triggers have them. */
function settingsOff(row: Row): Pick<Attachment, "settingsOff"> {
  const off = [
    ...(row["quotes"] === 0 ? (["QUOTED_IDENTIFIER"] as const) : []),
    ...(row["ansiNulls"] === 0 ? (["ANSI_NULLS"] as const) : []),
  ];
  return off.length === 0 ? {} : { settingsOff: off };
}

function text(row: Row, name: string): string {
  return String(row[name] ?? "");
}

function isOn(row: Row, name: string): boolean {
  return Number(row[name]) === 1;
}

function tableOf(row: Row): string {
  return `${text(row, "schema")}.${text(row, "table")}`;
}

function quotedTable(row: Row): string {
  return quoteRelation({ schema: text(row, "schema"), name: text(row, "table") });
}

interface Index {
  readonly row: Row;
  readonly columns: readonly Row[];
}

function indexesOf(rows: readonly Row[], columns: readonly Row[]): Index[] {
  return rows.map((row) => ({
    row,
    columns: columns.filter((each) => tableOf(each) === tableOf(row) && each["number"] === row["number"]),
  }));
}

/** CREATE INDEX, and what switches it off where it is. */
function indexStatements({ row, columns }: Index): string[] {
  const name = quoteName(text(row, "name"));
  const keys = columns.filter((column) => !isOn(column, "isIncluded"));
  const included = columns.filter((column) => isOn(column, "isIncluded"));
  const parts = [
    `CREATE ${isOn(row, "isUnique") ? "UNIQUE " : ""}${Number(row["type"]) === 1 ? "CLUSTERED" : "NONCLUSTERED"} INDEX ${name} ON ${quotedTable(row)}`,
    `(${keys.map((key) => `${quoteName(text(key, "column"))}${isOn(key, "isDescending") ? " DESC" : ""}`).join(", ")})`,
    ...(included.length === 0
      ? []
      : [`INCLUDE (${included.map((each) => quoteName(text(each, "column"))).join(", ")})`]),
    ...(row["filter"] === null || row["filter"] === undefined ? [] : [`WHERE ${text(row, "filter")}`]),
    ...indexOptions(row),
  ];
  return [parts.join(" "), ...(isOn(row, "isDisabled") ? [`ALTER INDEX ${name} ON ${quotedTable(row)} DISABLE`] : [])];
}

/** In the form that every version takes. */
function indexOptions(row: Row): string[] {
  const fill = Number(row["fill"] ?? 0);
  const options = [
    ...(isOn(row, "isPadded") && fill > 0 ? ["PAD_INDEX"] : []),
    ...(fill > 0 ? [`FILLFACTOR = ${fill}`] : []),
    ...(isOn(row, "ignoresDuplicates") ? ["IGNORE_DUP_KEY"] : []),
  ];
  return options.length === 0 ? [] : [`WITH ${options.join(", ")}`];
}

function uniqueAmong(indexes: readonly Index[]): Map<string, UniqueIndex[]> {
  const unique = new Map<string, UniqueIndex[]>();
  for (const { row, columns } of indexes) {
    if (!isOn(row, "isUnique") || isOn(row, "isDisabled") || (row["filter"] ?? null) !== null) continue;
    const keys = columns.filter((column) => !isOn(column, "isIncluded")).map((column) => text(column, "column"));
    const known = unique.get(tableOf(row)) ?? [];
    unique.set(tableOf(row), [...known, { name: text(row, "name"), columns: keys }]);
  }
  return unique;
}

interface Trigger {
  readonly row: Row;
  /** Empty where its text is kept from the login, or encrypted. */
  readonly statements: readonly string[];
}

/** A text may come in several rows (2000 has 4000 characters to each). */
async function triggersOf(ask: Ask, query: string): Promise<Trigger[]> {
  const triggers = new Map<string, { row: Row; body: string | undefined }>();
  for (const row of await ask(query)) {
    const name = `${tableOf(row)}.${text(row, "name")}`;
    const part = row["definition"] === null ? undefined : text(row, "definition");
    const before = triggers.get(name);
    const body = before === undefined ? part : part === undefined ? undefined : `${before.body ?? ""}${part}`;
    triggers.set(name, { row, body });
  }
  return [...triggers.values()].map(({ row, body }) => ({
    row,
    statements: body === undefined ? [] : [body.trim(), ...switchedOff(row)],
  }));
}

/** As every version takes it. */
function switchedOff(row: Row): string[] {
  return isOn(row, "isDisabled")
    ? [`ALTER TABLE ${quotedTable(row)} DISABLE TRIGGER ${quoteName(text(row, "name"))}`]
    : [];
}

function hiddenTrigger(row: Row): string {
  return `the text of trigger ${text(row, "name")} of ${tableOf(row)} is encrypted, or kept from this login: it is not carried over`;
}

function permissionKind(row: Row): "grant" | "deny" {
  return text(row, "state") === "D" ? "deny" : "grant";
}

function permissionStatement(row: Row): string {
  const column = row["column"] === null || row["column"] === undefined ? "" : ` (${quoteName(text(row, "column"))})`;
  const verb = permissionKind(row).toUpperCase();
  const option = text(row, "state") === "W" ? " WITH GRANT OPTION" : "";
  return `${verb} ${text(row, "permission")} ON ${quotedTable(row)}${column} TO ${quoteName(text(row, "grantee"))}${option}`;
}

function level(number: number, type: string, name: string): string {
  return `@level${number}type = N'${type}', @level${number}name = ${quoteText(name)}`;
}

function propertyOf(row: Row): Pick<Attachment, "name" | "part"> {
  const part = typeof row["column"] === "string" ? { part: { type: "COLUMN", name: row["column"] } } : {};
  return { name: text(row, "name"), ...part };
}

/** On 2000 the first level is the owner. */
function propertyStatement(row: Row, version: number): string {
  const parts = [
    `@name = ${quoteText(text(row, "name"))}`,
    `@value = ${quoteText(text(row, "value"))}`,
    level(0, version < 9 ? "USER" : "SCHEMA", text(row, "schema")),
    level(1, "TABLE", text(row, "table")),
    ...(row["column"] === null || row["column"] === undefined ? [] : [level(2, "COLUMN", text(row, "column"))]),
  ];
  return `EXEC ${version < 9 ? "" : "sys."}sp_addextendedproperty ${parts.join(", ")}`;
}
