/** The key that tells a table's rows apart on the server. */
import { Fault } from "../../errors.ts";
import { findColumn, isStored, sameName } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { EmitTable } from "../emitter.ts";
import { identifier } from "./identifiers.ts";
import { columnEncoder } from "./literals.ts";
import type { VersionRules } from "./versions.ts";

type Row = readonly CanonicalValue[];

/** The columns of the primary key, else of the first unique key that an INSERT fills; undefined without either. */
function keyColumns(table: Table): Column[] | undefined {
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.unique];
  return keys
    .map((key) => key.columns.map((name) => findColumn(table, name)))
    .find((columns): columns is Column[] => columns.every((column) => column !== undefined && isStored(column)));
}

function positionOf(emit: EmitTable, column: Column): number {
  const position = emit.columns.findIndex((candidate) => sameName(candidate.name, column.name));
  if (position < 0) throw new Fault(`${emit.table.id}: key column ${column.name} is not among the emitted ones`);
  return position;
}

/** A condition that holds for the row and no other, NULL-safe (GOTCHAS 33); undefined for a table without a key. */
export function keyCondition(emit: EmitTable, rules: VersionRules): ((row: Row) => string) | undefined {
  const parts = keyColumns(emit.table)?.map((column) => ({
    name: identifier(column.name),
    position: positionOf(emit, column),
    encode: columnEncoder(column, rules, false),
  }));
  return (
    parts &&
    ((row): string =>
      parts
        .map(({ name, position, encode }) => {
          const value = row[position] ?? null;
          return value === null ? `${name} IS NULL` : `${name} = ${encode(value)}`;
        })
        .join(" AND "))
  );
}

/** The key as people read it, for messages: at most a few words. */
export function keyText(emit: EmitTable, row: Row): string {
  const columns = keyColumns(emit.table) ?? emit.columns.slice(0, 1);
  return columns.map((column) => String(row[positionOf(emit, column)] ?? "NULL").slice(0, 60)).join(", ");
}
