/** The formats of survivors by their names in a plan, and what can happen to files of each. */
import { Fault } from "../../../errors.ts";
import type { Copy, Format, Log } from "../model.ts";
import { csv } from "./csv.ts";
import { debezium } from "./debezium.ts";
import { json } from "./json.ts";
import { sqlScript } from "./sql-script.ts";
import { sqlite } from "./sqlite.ts";
import { trace } from "./trace.ts";
import { xlsx } from "./xlsx.ts";

interface Known {
  readonly format: Format<Copy> | Format<Log>;
  /** Its records have places of their own, so that a file can be cut short and bytes of it overwritten. */
  readonly hasRecords?: true;
  /** A code page may be chosen, which makes something else of what it cannot hold. */
  readonly hasEncoding?: true;
  /** Of a log: it has what became of each row, and not the statements that did it. */
  readonly isByRow?: true;
}

const known: Readonly<Record<string, Known>> = {
  csv: { format: csv, hasRecords: true, hasEncoding: true },
  json: { format: json, hasRecords: true },
  "sql-script": { format: sqlScript, hasRecords: true, hasEncoding: true },
  sqlite: { format: sqlite },
  xlsx: { format: xlsx },
  trace: { format: trace, hasRecords: true, hasEncoding: true },
  debezium: { format: debezium, hasRecords: true, isByRow: true },
};

export const formatIds = Object.keys(known) as [string, ...string[]];

/** Throws Fault for one that the plan's schema should have refused. */
export function findFormat(id: string): Known {
  const found = known[id];
  if (found === undefined) throw new Fault(`there is no format ${id}`);
  return found;
}
