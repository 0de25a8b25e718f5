import type { Column, DatabaseSchema } from "./model.ts";

/** Period columns of temporal tables become columns that are filled like others, so that their times are rebuilt, too (GOTCHAS 14). */
export function withPeriods(schema: DatabaseSchema): DatabaseSchema {
  return {
    ...schema,
    tables: schema.tables.map((table) => ({ ...table, columns: table.columns.map(asPeriod) })),
  };
}

/** No source need have its times: it is NULL until the load. */
function asPeriod(column: Column): Column {
  if (column.generated !== "row-start" && column.generated !== "row-end") return column;
  const { generated, ...rest } = column;
  return { ...rest, period: generated === "row-start" ? "start" : "end", nullable: true };
}
