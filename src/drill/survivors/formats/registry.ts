/** The formats of survivors by their names in a plan, and what can happen to files of each. */
import { Fault } from "../../../errors.ts";
import type { Copy, Format, Log } from "../model.ts";
import { csv } from "./csv.ts";
import { debezium } from "./debezium.ts";
import { json } from "./json.ts";
import { libreoffice } from "./libreoffice.ts";
import { mysqldump } from "./mysqldump.ts";
import { pgDump } from "./pg-dump.ts";
import { sqlScript } from "./sql-script.ts";
import { sqlite } from "./sqlite.ts";
import { sqlite3Dump } from "./sqlite3-dump.ts";
import { trace } from "./trace.ts";
import { xlsx } from "./xlsx.ts";

export const formats: readonly Format[] = [
  csv,
  json,
  sqlite,
  sqlScript,
  xlsx,
  trace,
  debezium,
  sqlite3Dump,
  pgDump,
  mysqldump,
  libreoffice,
] as readonly Format[];

export function findFormat(id: string): Format | undefined {
  return formats.find((format) => format.id === id);
}
