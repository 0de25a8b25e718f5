/** The formats of survivors by their names in a plan. */
import { Fault } from "../../../errors.ts";
import type { Format } from "../model.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { sqlScript } from "./sql-script.ts";
import { trace } from "./trace.ts";

export const formats: readonly Format[] = [csv, json, sqlScript, trace];

export const formatIds = ["csv", "json", "sql-script", "trace", "sqlite"] as const;

export function findFormat(id: string): Format {
  const format = formats.find((each) => each.id === id);
  if (format === undefined) throw new Fault(`there is no format ${id}`);
  return format;
}
