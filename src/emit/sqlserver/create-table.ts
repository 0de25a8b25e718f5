/** CREATE TABLE from the model: columns, keys, checks. Foreign keys, indexes and triggers come after the rows. */
import type { Check, Column, Key, Table } from "../../schema/model.ts";
import { isHarmless } from "./dynamic.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import { typeText } from "./types.ts";
import type { VersionRules } from "./versions.ts";

export interface CreateTable {
  /** CREATE TABLE, and what switches checks off that were off. */
  readonly statements: readonly string[];
  /** Do the schema's own words in it stand safely in a script? */
  readonly isHarmless: boolean;
}

export function createTable(table: Table, rules: VersionRules): CreateTable {
  const lines = [
    ...table.columns.flatMap((column) => (isMade(column) ? [columnLine(column, rules)] : [])),
    ...(table.primaryKey === undefined ? [] : [keyLine(table.primaryKey, "PRIMARY KEY")]),
    ...table.unique.filter((key) => key.isIndex !== true).map((key) => keyLine(key, "UNIQUE")),
    ...table.checks.map(checkLine),
  ];
  const words = [
    ...table.columns.flatMap(({ computed, default: preset }) => [computed?.expression ?? "", preset?.expression ?? ""]),
    ...table.checks.map(({ expression }) => expression),
  ];
  return {
    statements: [`CREATE TABLE ${tableIdentifier(table)} (\n  ${lines.join(",\n  ")}\n)`, ...switchedOff(table)],
    isHarmless: words.every((sql) => isHarmless(sql)),
  };
}

/** Columns that only a ledger can have are not made; periods of temporal tables are columns like others until 82-attachments.sql. */
function isMade(column: Column): boolean {
  return column.generated === undefined;
}

const collated = new Set(["char", "varchar", "text", "nchar", "nvarchar", "ntext"]);
const collationForm = /^\w+$/;

function columnLine(column: Column, rules: VersionRules): string {
  const name = identifier(column.name);
  if (column.computed !== undefined) {
    const { expression, persisted } = column.computed;
    const kept = persisted && rules.sysViews ? ` PERSISTED${column.nullable ? "" : " NOT NULL"}` : "";
    return `${name} AS ${expression}${kept}`;
  }
  return [
    name,
    typeOf(column, rules),
    ...collationOf(column),
    ...identityOf(column),
    ...(column.rowGuid === true ? ["ROWGUIDCOL"] : []),
    column.nullable && column.period === undefined ? "NULL" : "NOT NULL",
    ...(column.default === undefined ? [] : [`${constraint(column.default.name)}DEFAULT ${column.default.expression}`]),
  ].join(" ");
}

/** On 2000 a type's name has no owner. */
function typeOf({ type, userType }: Column, rules: VersionRules): string {
  if (userType === undefined) return typeText(type);
  const parts = splitName(userType).map(identifier);
  return rules.sysViews ? parts.join(".") : (parts.at(-1) ?? "");
}

/** The parts of a name as `tableName` writes it. */
export function splitName(name: string): string[] {
  return [...name.matchAll(/\[((?:[^\]]|\]\])*)\]|([^.[\]]+)/g)].map(
    ([, bracketed, plain]) => bracketed?.replaceAll("]]", "]") ?? plain ?? "",
  );
}

/** An alias type brings its own. */
function collationOf({ type, userType, collation, inheritsCollation }: Column): string[] {
  const takesOne = userType === undefined && inheritsCollation !== true && collated.has(type.name);
  return takesOne && collation !== undefined && collationForm.test(collation) ? [`COLLATE ${collation}`] : [];
}

function identityOf({ identity }: Column): string[] {
  if (identity === undefined) return [];
  const { seed, increment, notForReplication } = identity;
  return [`IDENTITY(${BigInt(seed)}, ${BigInt(increment)})${notForReplication ? " NOT FOR REPLICATION" : ""}`];
}

function constraint(name: string | undefined): string {
  return name === undefined ? "" : `CONSTRAINT ${identifier(name)} `;
}

function keyLine({ name, columns, clustered }: Key, kind: string): string {
  const form = clustered === undefined ? "" : clustered ? " CLUSTERED" : " NONCLUSTERED";
  return `${constraint(name)}${kind}${form} (${columns.map(identifier).join(", ")})`;
}

function checkLine({ name, expression }: Check): string {
  return `${constraint(name)}CHECK (${expression})`;
}

/** A check without a name can only be switched off together with all others, as its schema did. */
function switchedOff(table: Table): string[] {
  const off = table.checks.filter(({ disabled }) => disabled);
  if (off.length === 0) return [];
  const alter = `ALTER TABLE ${tableIdentifier(table)} NOCHECK CONSTRAINT`;
  if (off.length === table.checks.length) return [`${alter} ALL`];
  return off.flatMap(({ name }) => (name === undefined ? [] : [`${alter} ${identifier(name)}`]));
}

/** What of a rebuilt table is not as it was. */
export function tableNotes(table: Table): string[] {
  const unnamed = table.checks.filter(({ name, disabled }) => disabled && name === undefined);
  const isSaid = unnamed.length > 0 && table.checks.some(({ disabled }) => !disabled);
  return [
    ...table.columns
      .filter((column) => !isMade(column))
      .map(({ name }) => `${table.id}.${name} is left out: 05-schema.sql makes no ledgers`),
    ...(isSaid ? [`${table.id}: a check without a name that was switched off is on in 05-schema.sql`] : []),
  ];
}
