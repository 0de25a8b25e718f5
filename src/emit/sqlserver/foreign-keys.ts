/** Foreign keys that are off while rows go in, back on and trusted afterwards (GOTCHAS 19). */
import type { Table } from "../../schema/model.ts";
import { identifier, tableIdentifier } from "./identifiers.ts";
import type { PlannedTable } from "../common/load-order.ts";
import { nationalLiteral } from "./strings.ts";
import type { VersionRules } from "./versions.ts";

/** The switched-off keys from one table to another. */
interface Pair {
  readonly child: Table;
  readonly parent: Table;
  /** Undefined where the server has named one of them by itself: then the catalog is asked. */
  readonly names: readonly string[] | undefined;
  /** Keys between the two that the schema leaves disabled, and that stay so. */
  readonly disabled: readonly string[];
}

function pairsOf({ emit, switchedOff }: PlannedTable): Pair[] {
  const parents = [...new Set(switchedOff.map(({ parent }) => parent))];
  return parents.map((parent) => {
    const names = switchedOff.filter((off) => off.parent === parent).map(({ key }) => key.name);
    return {
      child: emit.table,
      parent,
      names: names.every((name) => name !== undefined) ? names : undefined,
      disabled: emit.table.foreignKeys.flatMap((key) => (key.disabled && key.name !== undefined ? [key.name] : [])),
    };
  });
}

function objectId(table: Table): string {
  return `OBJECT_ID(${nationalLiteral(tableIdentifier(table))})`;
}

/** `FROM … WHERE …` for the pair's foreign keys in the catalog; their name is in the column `name`. */
function catalogRows({ child, parent, disabled }: Pair, rules: VersionRules): string {
  const except = disabled.length === 0 ? "" : ` AND name NOT IN (${disabled.map(nationalLiteral).join(", ")})`;
  if (rules.sysViews)
    return `FROM sys.foreign_keys WHERE parent_object_id = ${objectId(child)} AND referenced_object_id = ${objectId(parent)}${except}`;
  return `FROM sysobjects WHERE id IN (SELECT constid FROM sysreferences WHERE fkeyid = ${objectId(child)} AND rkeyid = ${objectId(parent)})${except}`;
}

function property(name: string): string {
  return `OBJECTPROPERTY(id, N'${name}')`;
}

/** NOT FOR REPLICATION keys are never trusted: only being on can be asked of them. */
function offOrUntrusted(rules: VersionRules): string {
  if (rules.sysViews) return "(is_disabled = 1 OR (is_not_trusted = 1 AND is_not_for_replication = 0))";
  return `(${property("CnstIsDisabled")} = 1 OR (${property("CnstIsNotTrusted")} = 1 AND ${property("CnstIsNotRepl")} = 0))`;
}

/** One batch a pair that does `action` to each of its keys. */
function alter(pair: Pair, action: string, rules: VersionRules): string {
  const statement = `ALTER TABLE ${tableIdentifier(pair.child)} ${action}`;
  if (pair.names !== undefined) return pair.names.map((name) => `${statement} ${identifier(name)}`).join("\n");
  return [
    "DECLARE @statements nvarchar(4000)",
    "SET @statements = N''",
    `SELECT @statements = @statements + ${nationalLiteral(`${statement} `)} + QUOTENAME(name) + N' ' ${catalogRows(pair, rules)}`,
    "EXEC (@statements)",
  ].join("\n");
}

export function switchOff(planned: PlannedTable, rules: VersionRules): string[] {
  return pairsOf(planned).map((pair) => alter(pair, "NOCHECK CONSTRAINT", rules));
}

/** Checks every row that is there, which is what makes the keys trusted again. */
export function switchOn(planned: PlannedTable, rules: VersionRules): string[] {
  return pairsOf(planned).map((pair) => alter(pair, "WITH CHECK CHECK CONSTRAINT", rules));
}

/** A number that the verification counts on the server, and what it has to be. */
export interface Count {
  readonly what: string;
  readonly expected: number;
  /** `SELECT` without its columns: `FROM … WHERE …`. */
  readonly from: string;
}

/** That every key which was off is on and trusted: by name, or for the whole pair. */
export function trustCounts(planned: PlannedTable, rules: VersionRules): Count[] {
  return pairsOf(planned).flatMap((pair) => {
    const rows = catalogRows(pair, rules);
    const bad = offOrUntrusted(rules);
    const label = `${pair.child.id} to ${pair.parent.id}`;
    if (pair.names === undefined)
      return [{ what: `foreign keys off or not trusted, ${label}`, expected: 0, from: `${rows} AND ${bad}` }];
    return pair.names.map((name) => ({
      what: `foreign key ${name} on and trusted, ${label}`,
      expected: 1,
      from: `${rows} AND name = ${nationalLiteral(name)} AND NOT ${bad}`,
    }));
  });
}
