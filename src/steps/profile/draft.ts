/** A source of a recipe, drafted from what an export showed. */
import { Document, isMap, visit } from "yaml";
import type { EvidenceFile, Extractor } from "../../extract/extractor.ts";
import type { TableProfile } from "./table.ts";

export interface Drafted {
  readonly file: EvidenceFile;
  readonly extractor: Extractor;
  /** As the file was read. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: readonly TableProfile[];
}

/** Source, `tables`, table. */
const tableDepth = 3;

/** YAML: the source under a name made of the file's. */
export function draftSource({ file, extractor, options, tables }: Drafted): string {
  const id = sourceId(file);
  const suggested = Object.assign({}, ...tables.map((table) => table.suggested.options)) as Record<string, unknown>;
  const [only, another] = tables;
  const rows = extractor.id === "json" && another === undefined ? only?.part : undefined;
  const known = Object.entries({ ...suggested, ...options }).filter(([name]) => name in extractor.options.shape);
  const fed = tables.flatMap((table) => draftTable(table, extractor.id, tables.length > 1));
  return write({
    [id]: {
      extractor: extractor.id,
      ...Object.fromEntries(known.toSorted(([left], [right]) => rank(left) - rank(right))),
      ...(rows === undefined ? {} : { rows }),
      ...(fed.length === 0 ? {} : { tables: Object.fromEntries(fed) }),
    },
  });
}

/** YAML of a source that reads a log; `tables`: those of the target that it speaks of. */
export function draftLog({
  file,
  extractor,
  options,
  tables,
}: Omit<Drafted, "tables"> & { readonly tables: readonly string[] }): string {
  const known = Object.entries(options).filter(([name]) => name in extractor.options.shape);
  return write({
    [sourceId(file)]: {
      extractor: extractor.id,
      ...Object.fromEntries(known.toSorted(([left], [right]) => rank(left) - rank(right))),
      ...(tables.length === 0 ? {} : { tables: Object.fromEntries(tables.map((table) => [table, {}])) }),
    },
  });
}

function sourceId(file: EvidenceFile): string {
  const base = file.name.slice(file.name.lastIndexOf("/") + 1);
  const id = base
    .replace(/\..*$/, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return /^[a-z]/.test(id) ? id : `export-${id}`;
}

/** Lists, and what a table says, stand on one line each. */
function write(source: Record<string, unknown>): string {
  const document = new Document(source);
  visit(document, {
    Seq: (_, list) => void (list.flow = true),
    Map: (_, map, ancestors) => void (map.flow = ancestors.filter(isMap).length >= tableDepth),
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Where the file is stands first, whatever else is known in its order. */
function rank(name: string): number {
  return name === "path" ? 0 : 1;
}

function draftTable(
  { match, part, columns, suggested }: TableProfile,
  extractor: string,
  hasOthers: boolean,
): [string, unknown][] {
  if (match === undefined) return [];
  const isNameless = columns.every(({ name }) => name === "");
  const from = part === undefined ? undefined : originOf(part, match.table, extractor, hasOthers);
  return [[match.table, { ...(from === undefined ? {} : { from }), ...(isNameless ? {} : suggested.table) }]];
}

/** What the table's `from` has to say; a part that is called as the table is, or is the only one, is found without. */
function originOf(part: string, table: string, extractor: string, hasOthers: boolean): string | undefined {
  if (extractor === "json") return hasOthers ? `#${part}` : undefined;
  const names = [table, table.slice(table.indexOf(".") + 1)];
  const isCalledSo = names.some((name) => name.toLowerCase() === part.toLowerCase());
  return hasOthers && !isCalledSo ? part : undefined;
}
