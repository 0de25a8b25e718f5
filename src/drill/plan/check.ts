/** Holds the names of a plan against the tables of its truth. */
import { UserError } from "../../errors.ts";
import { didYouMean } from "../../recipe/suggest.ts";
import { findColumn, sameName } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { defaultConventions, Unparsable } from "../../values/codec.ts";
import { codecFor } from "../../values/registry.ts";
import type { Strike } from "../disaster/model.ts";
import type { DrillPlan } from "./model.ts";

function namesIn({ columns }: Table): string[] {
  return columns.map(({ name }) => name);
}

interface Named {
  readonly where: string;
  readonly table: string;
  readonly columns?: readonly string[] | undefined;
}

/** Throws UserError for all names that the truth does not have, and columns that cannot time a row. */
export function checkNames(plan: DrillPlan, tables: readonly Table[]): void {
  const names = namesOf(plan).flatMap(({ where, table: name, columns = [] }) => {
    const table = tables.find(({ id }) => id === name);
    if (table === undefined) return [`${where}: the truth has no table ${JSON.stringify(name)}${meant(name, tables)}`];
    return columns
      .filter((column) => findColumn(table, column) === undefined)
      .map(
        (column) => `${where}: ${name} has no column ${JSON.stringify(column)}${didYouMean(column, namesIn(table))}`,
      );
  });
  const faults = [...names, ...untimely(plan, tables), ...unfit(plan, tables), ...uncounted(plan, tables)];
  if (faults.length === 0) return;
  throw new UserError({
    what: `the drill does not fit its truth:\n${faults.join("\n")}\n`,
    remedy: "Correct the plan",
  });
}

const moments = new Set(["datetime", "datetime2"]);

/** The drill writes whole seconds without an offset into columns that time rows. */
function untimely({ history }: DrillPlan, tables: readonly Table[]): string[] {
  return Object.entries(history.modifiedAt).flatMap(([name, column]) => {
    const table = tables.find(({ id }) => id === name);
    const found = table === undefined ? undefined : findColumn(table, column);
    return found === undefined || moments.has(found.type.name)
      ? []
      : [`history.modifiedAt: ${name}.${found.name} is of type ${found.type.name}; expected datetime or datetime2`];
  });
}

/** What an UPDATE writes has to be of the column's type: the server would have refused it. */
function unfit({ strikes }: DrillPlan, tables: readonly Table[]): string[] {
  return strikes.flatMap((strike) => {
    if (!("update" in strike) || strike.update.to === null) return [];
    const { table: name, column: columnName, to } = strike.update;
    const table = tables.find(({ id }) => id === name);
    const column = table === undefined ? undefined : findColumn(table, columnName);
    const parsed = column === undefined ? undefined : codecFor(column).parse(to, defaultConventions);
    return parsed instanceof Unparsable
      ? [`disaster.strikes: ${JSON.stringify(to)} ${parsed.reason} (${name}.${columnName})`]
      : [];
  });
}

const integers = new Set(["tinyint", "smallint", "int", "bigint"]);

/** Numbers are given anew where the key is one. */
function uncounted({ survivors }: DrillPlan, tables: readonly Table[]): string[] {
  return survivors.flatMap(({ id, damage }) =>
    (damage.renumber ?? []).flatMap((name) => {
      const table = tables.find((each) => each.id === name);
      const key = table?.primaryKey?.columns ?? [];
      const [column] = table === undefined ? [] : key.map((each) => findColumn(table, each));
      const isCounted = key.length === 1 && column !== undefined && integers.has(column.type.name);
      return table === undefined || isCounted
        ? []
        : [`survivors.${id}.damage.renumber: the key of ${name} is no single integer`];
    }),
  );
}

/** Names are held to the letter: only their case may be what is wrong. */
function meant(name: string, tables: readonly Table[]): string {
  const exact = tables.find(({ id }) => sameName(id, name));
  return exact === undefined
    ? didYouMean(
        name,
        tables.map(({ id }) => id),
      )
    : `; it is written ${exact.id}`;
}

function namesOf({ strikes, survivors, history, bars }: DrillPlan): Named[] {
  return [
    ...strikes.flatMap((strike) => namesOfStrike(strike)),
    ...survivors.flatMap(({ id, tables = [], damage }) => [
      ...[...tables, ...(damage.renumber ?? [])].map((table) => ({ where: `survivors.${id}`, table })),
      ...Object.entries(damage.withoutColumns ?? {}).map(([table, columns]) => ({
        where: `survivors.${id}.damage.withoutColumns`,
        table,
        columns,
      })),
    ]),
    ...bars.flatMap(({ id, of }) =>
      id === "recoveryPoint" && of !== undefined ? [{ where: "bars.recoveryPoint", table: of }] : [],
    ),
    ...Object.entries(history.modifiedAt).map(([table, column]) => ({
      where: "history.modifiedAt",
      table,
      columns: [column],
    })),
  ];
}

function namesOfStrike(strike: Strike): Named[] {
  const where = "disaster.strikes";
  if ("drop" in strike) return strike.drop === "all" ? [] : strike.drop.map((table) => ({ where, table }));
  if ("truncate" in strike) return strike.truncate.map((table) => ({ where, table }));
  if ("delete" in strike) return [{ where, table: strike.delete.table }];
  if ("update" in strike) return [{ where, table: strike.update.table, columns: [strike.update.column] }];
  const { table, columns } = "nullify" in strike ? strike.nullify : strike.garble;
  return [{ where, table, columns }];
}
