/** From what is stored to the cells of a column of the target. */
import type { SchemaElement } from "hyparquet";
import type { Column } from "../../schema/model.ts";
import { wallClock } from "../../values/wall-clock.ts";
import { kindOf } from "./kinds.ts";
import type { Cell } from "./stored.ts";

export type ReadValue = (stored: unknown) => Cell;

/** They hold a moment without its offset. A `date` is not among them: programs store the day as midnight in UTC, and it is the day that counts. */
const wallClocks = new Set(["smalldatetime", "datetime", "datetime2"]);
/** How values of a column in the file are read for a column of the target: undefined for JSON. `zone`: where moments have no offset. */
export function valueReader(element: SchemaElement, column: Column | undefined, zone: string): ReadValue {
  const kind = kindOf(element);
  const type = column?.type.name ?? "";
  if (kind.isMoment === true && wallClocks.has(type)) return (stored) => onClock(kind.read(stored), zone);
  return (stored) => kind.read(stored, column);
}

function onClock(moment: Cell, zone: string): Cell {
  return typeof moment === "string" ? wallClock(moment, zone) : moment;
}

/** The kind by its name, as people read it: `decimal(10,2)`, `timestamp micros utc`. */
export function typeName(element: SchemaElement): string {
  return kindOf(element).name;
}

export function isNumeric(element: SchemaElement): boolean {
  return kindOf(element).isNumber === true;
}
