/** Why a cell does not parse, worded once. The instances are made once a column, so that a bad cell costs nothing. */
import type { SqlType } from "../schema/model.ts";
import { Unparsable } from "./codec.ts";

const saidWithAn = /^(?:int|image|xml|n(?:char|varchar|text))$/;

/** Empty text. The server would read 0 or 1900-01-01; that would be an invention. */
export const blank = new Unparsable("is blank");

function typeArguments(type: SqlType): string {
  if (type.length !== undefined) return `(${type.length})`;
  if (type.precision !== undefined && type.scale !== undefined) return `(${type.precision},${type.scale})`;
  const single = type.precision ?? type.scale;
  return single === undefined ? "" : `(${single})`;
}

/** The type as DDL writes it: `decimal(10,2)`, `nvarchar(max)`, `int`. */
function typeText(type: SqlType): string {
  return `${type.name}${typeArguments(type)}`;
}

export function notA(type: SqlType): Unparsable {
  return new Unparsable(`is not ${saidWithAn.test(type.name) ? "an" : "a"} ${typeText(type)}`);
}

export function overflows(type: SqlType): Unparsable {
  return new Unparsable(`overflows ${typeText(type)}`);
}

export function longerThan(type: SqlType): Unparsable {
  return new Unparsable(`is longer than ${typeText(type)}`);
}
