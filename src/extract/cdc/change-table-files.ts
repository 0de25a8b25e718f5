/** Which table an exported change table tells of. */
import { sameName } from "../../schema/model.ts";
import { uncompressedName } from "../containers/compressions.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import { matchesFile } from "../records/route.ts";

/** `cdc.dbo_Orders_CT.csv`: capture instances are called after their tables. */
const changeTable = /^(?:cdc[._])?(.+)_CT(?:\.[^.]*)*$/i;

/** By the `from` of a table, which is a file pattern; else by the file's name; else the one table that is asked for. */
export function tableOfFile(file: EvidenceFile, mappings: readonly TableMapping[]): TableMapping | undefined {
  const named = mappings.find(({ from }) => from !== undefined && matchesFile(from, file));
  if (named !== undefined) return named;
  const free = mappings.filter(({ from }) => from === undefined);
  const base = uncompressedName(file.name.slice(file.name.lastIndexOf("/") + 1));
  const instance = changeTable.exec(base)?.[1];
  const name = instance ?? base.replace(/\.[^.]*$/, "");
  const found =
    free.find(({ table }) =>
      [`${table.schema}_${table.name}`, `${table.schema}.${table.name}`].some((id) => sameName(id, name)),
    ) ?? free.find(({ table }) => sameName(table.name, name));
  return found ?? (instance === undefined && mappings.length === 1 ? free[0] : undefined);
}
