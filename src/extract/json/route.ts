/** Which tables a file feeds, and from which of its rows. */
import { UserError } from "../../errors.ts";
import { matchesFile, isNamedAs, refuseUnmatched } from "../records/route.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import type { TableRows } from "./path-tree.ts";
import { isSamePath, parseRowsPath, rowsPathForm } from "./rows-path.ts";
import { climb } from "./source-path.ts";

export interface Route {
  readonly file: EvidenceFile;
  readonly tables: readonly TableRows[];
}

/** A table with what its `from` says: a file pattern, a way to its rows behind `#`, or both. */
interface Origin {
  readonly rows: TableRows;
  /** Undefined: the file is told by the table's name; "": any file. */
  readonly pattern: string | undefined;
}

/**
 * `from` is `pattern`, `pattern#rows` or `#rows`; `rows` is the source's own way. Without `from` the only table takes every file, and of
 * several each takes the files that are called as it is. Throws UserError where two tables would be taken from the same rows, where a `from`
 * fits no file or is no path, and for a `../` that leads out of the records.
 */
export function routeFiles(
  files: readonly EvidenceFile[],
  mappings: readonly TableMapping[],
  rows: string | undefined,
): Route[] {
  const origins = mappings.map((mapping) => originOf(mapping, rows));
  const routes = files.map((file) => ({ file, tables: tablesOf(file, origins) }));
  for (const { pattern, rows: table } of origins)
    if (pattern !== undefined && pattern !== "" && !routes.some(({ tables }) => tables.includes(table)))
      refuseUnmatched(pattern, table.mapping.table, files);
  return routes;
}

function originOf(mapping: TableMapping, sourceRows: string | undefined): Origin {
  const { from } = mapping;
  const mark = from?.lastIndexOf("#") ?? -1;
  const text = from === undefined || mark < 0 ? (sourceRows ?? "") : from.slice(mark + 1);
  if (text !== "" && !rowsPathForm.test(text)) throw noPath(text, mapping);
  const rows = { mapping, path: parseRowsPath(text) };
  for (const source of mapping.columns.values())
    if (climb(source).up > rows.path.inner.length) throw tooFarOut(source, rows);
  return { rows, pattern: mark < 0 ? from : from?.slice(0, mark) };
}

function tablesOf(file: EvidenceFile, origins: readonly Origin[]): TableRows[] {
  const tables = matching(file, origins).map(({ rows }) => rows);
  for (const [index, one] of tables.entries()) {
    const other = tables.slice(0, index).find(({ path }) => isSamePath(path, one.path));
    if (other !== undefined) throw fitsTwo(file, other, one);
  }
  return tables;
}

function matching(file: EvidenceFile, origins: readonly Origin[]): Origin[] {
  const matched = origins.filter(
    ({ pattern }) => pattern !== undefined && (pattern === "" || matchesFile(pattern, file)),
  );
  if (matched.length > 0) return matched;
  const unnamed = origins.filter(({ pattern }) => pattern === undefined);
  if (origins.length === 1) return unnamed;
  const whole = unnamed.filter(({ rows: { mapping } }) =>
    isNamedAs(file, `${mapping.table.schema}.${mapping.table.name}`),
  );
  return whole.length > 0 ? whole : unnamed.filter(({ rows: { mapping } }) => isNamedAs(file, mapping.table.name));
}

function noPath(text: string, { table }: TableMapping): UserError {
  return new UserError({
    what: `"${text}" is no way to the rows of ${table.id}`,
    remedy: "Write names with dots between them, and [] for each element: shop.json#data.orders[].lines",
    where: { table: table.id },
  });
}

function tooFarOut(source: string, { mapping: { table }, path }: TableRows): UserError {
  return new UserError({
    what: `"${source}" leads out of the records in which the rows of ${table.id} are found`,
    remedy: `Write [] behind the name of the array whose elements have that field, as in orders[].lines, or [].lines for the elements or lines of the file; the way is "${path.text}" now`,
    where: { table: table.id },
  });
}

function fitsTwo(file: EvidenceFile, one: TableRows, other: TableRows): UserError {
  return new UserError({
    what: `the file fits two tables, ${one.mapping.table.id} and ${other.mapping.table.id}`,
    remedy: "Give each a `from` with its own files or its own rows, as in shop.json#orders",
    where: { file: file.name },
  });
}
