/** Foreign keys: off while rows go in where no order satisfies them, made where they are missing, and trusted afterwards (GOTCHAS 19). */
import { findTable, sameName } from "../../schema/model.ts";
import type { DatabaseSchema, ForeignKey, Table } from "../../schema/model.ts";
import type { PlannedTable } from "../common/load-order.ts";
import type { Attempt } from "./attempts.ts";
import type { Count } from "./counts.ts";
import { splitName } from "./create-table.ts";
import { identifier, objectIdOf, tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

/** A foreign key with the table that has it. */
interface Owned {
  readonly child: Table;
  readonly key: ForeignKey;
}

function parentName({ key }: Owned): string {
  return splitName(key.references).map(identifier).join(".");
}

/** `FROM … WHERE …` for the key in the catalog, in the columns `name` and, on 2000, `id`; one without a name is known by its tables and its first column. */
function catalogRows(owned: Owned, rules: VersionRules): string {
  const { child, key } = owned;
  const from = objectIdOf(tableIdentifier(child));
  const to = objectIdOf(parentName(owned));
  const first = nationalLiteral(key.columns[0] ?? "");
  if (rules.sysViews) {
    const own = `FROM sys.foreign_keys WHERE parent_object_id = ${from} AND referenced_object_id = ${to}`;
    if (key.name !== undefined) return `${own} AND name = ${nationalLiteral(key.name)}`;
    return `${own} AND object_id IN (SELECT constraint_object_id FROM sys.foreign_key_columns WHERE constraint_column_id = 1 AND COL_NAME(parent_object_id, parent_column_id) = ${first})`;
  }
  const keys = `SELECT constid FROM sysforeignkeys WHERE fkeyid = ${from} AND rkeyid = ${to}`;
  if (key.name !== undefined) return `FROM sysobjects WHERE id IN (${keys}) AND name = ${nationalLiteral(key.name)}`;
  return `FROM sysobjects WHERE id IN (${keys} AND keyno = 1 AND COL_NAME(fkeyid, fkey) = ${first})`;
}

function property(name: string): string {
  return `OBJECTPROPERTY(id, N'${name}')`;
}

/** NOT FOR REPLICATION keys are never trusted: only being on can be asked of them. */
function offOrUntrusted(rules: VersionRules): string {
  if (rules.sysViews) return "(is_disabled = 1 OR (is_not_trusted = 1 AND is_not_for_replication = 0))";
  return `(${property("CnstIsDisabled")} = 1 OR (${property("CnstIsNotTrusted")} = 1 AND ${property("CnstIsNotRepl")} = 0))`;
}

/** Does `action` to the key, whatever its name is there; nothing where it is not there. */
function alter(owned: Owned, action: string, rules: VersionRules, more = ""): string {
  const statement = `ALTER TABLE ${tableIdentifier(owned.child)} ${action}`;
  const rows = `${catalogRows(owned, rules)}${more}`;
  const { name } = owned.key;
  if (name !== undefined) return `IF EXISTS (SELECT * ${rows})\n  ${statement} ${identifier(name)}`;
  return [
    "DECLARE @statements nvarchar(4000)",
    "SET @statements = N''",
    `SELECT @statements = @statements + ${nationalLiteral(`${statement} `)} + QUOTENAME(name) + N' ' ${rows}`,
    "EXEC (@statements)",
  ].join("\n");
}

/** One batch a key that no order of loading satisfies. */
export function switchOff({ emit, switchedOff }: PlannedTable, rules: VersionRules): string[] {
  return switchedOff.map(({ key }) => alter({ child: emit.table, key }, "NOCHECK CONSTRAINT", rules));
}

function actionOf(name: string, action: string | undefined): string {
  return action === undefined ? "" : ` ON ${name} ${action}`;
}

function columnList(names: readonly string[]): string {
  return `(${names.map(identifier).join(", ")})`;
}

function add(owned: Owned): string[] {
  const { child, key } = owned;
  const named = key.name === undefined ? "" : `CONSTRAINT ${identifier(key.name)} `;
  const referenced = key.referencedColumns.length === 0 ? "" : ` ${columnList(key.referencedColumns)}`;
  const actions = `${actionOf("DELETE", key.onDelete)}${actionOf("UPDATE", key.onUpdate)}${key.notForReplication ? " NOT FOR REPLICATION" : ""}`;
  const table = tableIdentifier(child);
  const statement = `ALTER TABLE ${table} WITH ${key.disabled ? "NOCHECK" : "CHECK"} ADD ${named}FOREIGN KEY ${columnList(key.columns)} REFERENCES ${parentName(owned)}${referenced}${actions}`;
  return key.disabled && key.name !== undefined
    ? [statement, `ALTER TABLE ${table} NOCHECK CONSTRAINT ${identifier(key.name)}`]
    : [statement];
}

/** The statements that make the foreign keys of a table. */
export function addForeignKeys(child: Table): string[] {
  return child.foreignKeys.flatMap((key) => add({ child, key }));
}

/** For messages and results. */
function labelOf({ child, key }: Owned): string {
  return `foreign key ${key.name ?? `(${key.columns.join(", ")})`}, ${child.id} to ${key.references}`;
}

/** Those of the tables, and those of other tables to them, which died with what they referred to. */
function keysOf(plan: readonly PlannedTable[], schema: DatabaseSchema): Owned[] {
  const planned = plan.map(({ emit }) => emit.table);
  const isPlanned = (name: string): boolean => planned.some(({ id }) => sameName(id, name));
  const others = schema.tables.filter(({ id }) => !isPlanned(id));
  return [
    ...planned.flatMap((child) => child.foreignKeys.map((key) => ({ child, key }))),
    ...others.flatMap((child) =>
      child.foreignKeys.filter(({ references }) => isPlanned(references)).map((key) => ({ child, key })),
    ),
  ];
}

function isSwitchedOff({ child, key }: Owned, plan: readonly PlannedTable[]): boolean {
  return plan.some(({ emit, switchedOff }) => emit.table === child && switchedOff.some((off) => off.key === key));
}

/** What 80-constraints.sql does: keys that are off are checked and on again, those that are missing are made. Checking every row is what makes them trusted. */
export function foreignKeyAttempts(
  plan: readonly PlannedTable[],
  request: { readonly schema: DatabaseSchema; readonly createsSchema: boolean },
  rules: VersionRules,
): Attempt[] {
  return keysOf(plan, request.schema).flatMap((owned) => {
    const what = labelOf(owned);
    const on =
      !owned.key.disabled && (request.createsSchema || isSwitchedOff(owned, plan))
        ? [{ what, statements: [alter(owned, "WITH CHECK CHECK CONSTRAINT", rules, ` AND ${offOrUntrusted(rules)}`)] }]
        : [];
    if (!request.createsSchema) return on;
    const tables = [tableIdentifier(owned.child), parentName(owned)].map((name) => `${objectIdOf(name)} IS NOT NULL`);
    const condition = `${tables.join(" AND ")} AND NOT EXISTS (SELECT * ${catalogRows(owned, rules)})`;
    return [...on, { what, condition, statements: add(owned) }];
  });
}

/** That every key between rebuilt tables is there, on and trusted. Keys that the schema leaves off, or that go elsewhere, are not asked for. */
export function trustCounts(
  plan: readonly PlannedTable[],
  request: { readonly schema: DatabaseSchema; readonly createsSchema: boolean },
  rules: VersionRules,
): Count[] {
  const tables = plan.map(({ emit }) => emit.table);
  const between = keysOf(plan, { ...request.schema, tables }).filter(
    (owned) =>
      !owned.key.disabled &&
      findTable({ ...request.schema, tables }, owned.key.references) !== undefined &&
      (request.createsSchema || isSwitchedOff(owned, plan)),
  );
  return between.map((owned) => ({
    what: `${labelOf(owned)}: there, on and trusted`,
    expected: "1",
    from: `${catalogRows(owned, rules)} AND NOT ${offOrUntrusted(rules)}`,
  }));
}
