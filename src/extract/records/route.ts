/** Which table a file feeds. */
import { distance } from "fastest-levenshtein";
import { UserError } from "../../errors.ts";
import { sameName, type Table } from "../../schema/model.ts";
import { uncompressedName } from "../containers/compressions.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";

export interface Route {
  readonly file: EvidenceFile;
  /** Undefined: the file feeds no table. */
  readonly mapping: TableMapping | undefined;
}

/**
 * `from` is a file pattern. Without it the only mapping takes every file, and of several the one takes a file whose
 * base name without extensions is the table's name. Throws UserError where a file fits two tables, or a `from` no file.
 */
export function routeFiles(files: readonly EvidenceFile[], mappings: readonly TableMapping[]): Route[] {
  const routes = files.map((file) => ({ file, mapping: findMapping(file, mappings) }));
  for (const mapping of mappings)
    if (mapping.from !== undefined && !routes.some((route) => route.mapping === mapping))
      refuseUnmatched(mapping.from, mapping.table, files);
  return routes;
}

function findMapping(file: EvidenceFile, mappings: readonly TableMapping[]): TableMapping | undefined {
  const matched = mappings.filter(({ from }) => from !== undefined && matchesFile(from, file));
  if (matched.length > 0) return theOne(matched, file);
  const [only, another] = mappings;
  if (another === undefined) return only?.from === undefined ? only : undefined;
  const candidates = mappings.filter(({ from }) => from === undefined);
  const exact = candidates.filter(({ table }) => isNamedAs(file, `${table.schema}.${table.name}`));
  return theOne(exact.length > 0 ? exact : candidates.filter(({ table }) => isNamedAs(file, table.name)), file);
}

function theOne(mappings: readonly TableMapping[], file: EvidenceFile): TableMapping | undefined {
  const [first, second] = mappings;
  if (first === undefined || second === undefined) return first;
  throw new UserError({
    what: `the file fits two tables, ${first.table.id} and ${second.table.id}`,
    remedy: "Give each table a `from` that fits its own files only",
    where: { file: file.name },
  });
}

function baseName(file: EvidenceFile): string {
  return file.name.slice(file.name.lastIndexOf("/") + 1);
}

/** Is the file called so, but for what says how it is written? */
export function isNamedAs(file: EvidenceFile, name: string): boolean {
  const uncompressed = uncompressedName(baseName(file));
  return sameName(uncompressed, name) || sameName(uncompressed.replace(/\.[^.]*$/, ""), name);
}

/** Is it the file's name, or the last part of it? `*` and `?` stand for anything but a slash. */
export function matchesFile(pattern: string, file: EvidenceFile): boolean {
  const expression = pattern
    .replace(/^\.\//, "")
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  const matcher = new RegExp(`^${expression}$`, "iu");
  return matcher.test(file.name) || matcher.test(baseName(file));
}

/** Throws UserError for a pattern that fits none of the files. */
export function refuseUnmatched(from: string, table: Table, files: readonly EvidenceFile[]): void {
  if (files.length === 0) return;
  const names = files.map((file) => baseName(file));
  const nearest = names.reduce((best, name) => (distance(name, from) < distance(best, from) ? name : best));
  throw new UserError({
    what: `no file of the source matches "${from}", from which the recipe takes ${table.id}`,
    remedy: `Did you mean ${nearest}? Correct the table's \`from\`, or the source's \`path\``,
    where: { table: table.id },
  });
}
