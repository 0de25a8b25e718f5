/** The formats of survivors by their names in a plan, and what can happen to files of each. */
import { Fault } from "../../../errors.ts";
import type { Copy, Format, Log } from "../model.ts";
import { csv } from "./csv.ts";
import { json } from "./json.ts";
import { sqlScript } from "./sql-script.ts";
import { trace } from "./trace.ts";

interface Known {
  readonly format: Format<Copy> | Format<Log>;
  /** Its records have places of their own, so that a file can be cut short and bytes of it overwritten. */
  readonly hasRecords: boolean;
  /** A code page may be chosen, which makes something else of what it cannot hold. */
  readonly hasEncoding: boolean;
}

const known: Readonly<Record<string, Known>> = {
  csv: { format: csv, hasRecords: true, hasEncoding: true },
  json: { format: json, hasRecords: true, hasEncoding: false },
  "sql-script": { format: sqlScript, hasRecords: true, hasEncoding: true },
  trace: { format: trace, hasRecords: true, hasEncoding: true },
};

export const formatIds = Object.keys(known) as [string, ...string[]];

/** Throws Fault for one that the plan's schema should have refused. */
export function findFormat(id: string): Known {
  const found = known[id];
  if (found === undefined) throw new Fault(`there is no format ${id}`);
  return found;
}
