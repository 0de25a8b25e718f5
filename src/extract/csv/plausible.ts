/** What the columns of a file's records can hold: tells records from lines of a text. */
import { Unparsable, type Conventions } from "../../values/codec.ts";
import { numericTypes } from "../../values/number-text.ts";
import { codecFor } from "../../values/registry.ts";
import type { ColumnPlan } from "../records/columns.ts";
import { typeCell } from "../typing.ts";
import type { Pattern } from "./recovery.ts";

/** Beside numbers the types that hardly any piece of prose is read as. */
const tellingTypes = new Set([
  ...numericTypes,
  "bit",
  "date",
  "datetime",
  "datetime2",
  "smalldatetime",
  "datetimeoffset",
  "uniqueidentifier",
]);

/** A record's cells of telling types are read without fault, and at least one of them is there. */
export function patternOf(plan: ColumnPlan, conventions: Conventions): Pattern {
  const telling = plan.columns.flatMap((column, index) =>
    tellingTypes.has(column.type.name) ? { codec: codecFor(column), cell: plan.cellIndexes[index] ?? 0 } : [],
  );
  if (telling.length === 0) return { width: plan.width, isPlausible: undefined };
  return {
    width: plan.width,
    isPlausible: ({ cells }) =>
      telling.some(({ cell }) => (cells[cell] ?? null) !== null) &&
      telling.every(({ codec, cell }) => !(typeCell(codec, cells[cell] ?? null, conventions) instanceof Unparsable)),
  };
}
