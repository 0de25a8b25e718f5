/** Which tables a workbook feeds, and from which of its sheets. */
import { UserError } from "../../errors.ts";
import { sameName } from "../../schema/model.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import { isNamedAs, matchesFile, refuseUnmatched } from "../records/route.ts";
import { findHeader } from "./header.ts";
import type { SheetRow } from "./sheet-parser.ts";
import type { Sheet, Workbook } from "./workbook.ts";

/** A table with what its `from` says: a file pattern, a sheet behind `#`, or both. */
export interface Origin {
  readonly mapping: TableMapping;
  /** Undefined: the recipe names no file; "": any file. */
  readonly pattern: string | undefined;
  readonly sheet: string | undefined;
  /** The source may fill no other table. */
  readonly isOnly: boolean;
}

export type Peek = (sheet: Sheet) => Promise<readonly SheetRow[]>;

export interface SheetRoute {
  readonly sheet: Sheet;
  readonly mapping: TableMapping;
}

/** `from` is `pattern`, `pattern#Sheet` or `#Sheet`. Throws UserError for a pattern that fits no file. */
export function originsOf(
  files: readonly EvidenceFile[],
  mappings: readonly TableMapping[],
  sheet: string | undefined,
): Origin[] {
  return mappings.map((mapping) => {
    const mark = mapping.from?.indexOf("#") ?? -1;
    const pattern = mark < 0 ? mapping.from : mapping.from?.slice(0, mark);
    if (pattern !== undefined && pattern !== "" && !files.some((file) => matchesFile(pattern, file)))
      refuseUnmatched(pattern, mapping.table, files);
    const own = mark < 0 ? undefined : mapping.from?.slice(mark + 1);
    return { mapping, pattern, sheet: own ?? sheet, isOnly: mappings.length === 1 };
  });
}

/** The sheets that feed tables. Throws UserError where a sheet would feed two, and where several fit one alike. */
export async function routeSheets(workbook: Workbook, origins: readonly Origin[], peek: Peek): Promise<SheetRoute[]> {
  const routes: SheetRoute[] = [];
  for (const origin of origins) {
    const sheet = await sheetFor(workbook, origin, peek);
    if (sheet === undefined) continue;
    const other = routes.find((route) => route.sheet === sheet);
    if (other !== undefined) throw fitsTwo(workbook, sheet, other.mapping, origin.mapping);
    routes.push({ sheet, mapping: origin.mapping });
  }
  return routes;
}

async function sheetFor(workbook: Workbook, origin: Origin, peek: Peek): Promise<Sheet | undefined> {
  const { file, sheets } = workbook;
  const { mapping, pattern, sheet, isOnly } = origin;
  const isItsFile =
    pattern === undefined ? isOnly || isFileOf(file, mapping) : pattern === "" || matchesFile(pattern, file);
  if (pattern !== undefined && !isItsFile) return undefined;
  if (sheet !== undefined) return isItsFile || pattern === undefined ? named(sheets, sheet) : undefined;
  const { schema, name } = mapping.table;
  const own = named(sheets, `${schema}.${name}`) ?? named(sheets, name);
  if (own !== undefined || !isItsFile) return own;
  return sheets.length === 1 ? sheets[0] : fittingSheet(workbook, mapping, peek);
}

function isFileOf(file: EvidenceFile, { table }: TableMapping): boolean {
  return isNamedAs(file, `${table.schema}.${table.name}`) || isNamedAs(file, table.name);
}

function named(sheets: readonly Sheet[], name: string): Sheet | undefined {
  return (
    sheets.find((sheet) => sheet.name === name) ?? sheets.find((sheet) => sameName(sheet.name.trim(), name.trim()))
  );
}

/** The sheet whose header names most columns: a hidden one only where no other names any. */
async function fittingSheet(workbook: Workbook, mapping: TableMapping, peek: Peek): Promise<Sheet | undefined> {
  const scores: { readonly sheet: Sheet; readonly score: number }[] = [];
  for (const sheet of workbook.sheets)
    scores.push({ sheet, score: findHeader(await peek(sheet), mapping, workbook)?.score ?? 0 });
  const visible = scores.filter(({ sheet, score }) => score > 0 && sheet.state === "visible");
  const candidates = visible.length > 0 ? visible : scores.filter(({ score }) => score > 0);
  const best = Math.max(...candidates.map(({ score }) => score));
  const [first, second] = candidates.filter(({ score }) => score === best);
  if (first !== undefined && second !== undefined) throw fitAlike(workbook, mapping, [first.sheet, second.sheet]);
  return first?.sheet;
}

function fitsTwo({ file }: Workbook, sheet: Sheet, one: TableMapping, other: TableMapping): UserError {
  return new UserError({
    what: `the sheet "${sheet.name}" fits two tables, ${one.table.id} and ${other.table.id}`,
    remedy: "Give each a `from` with a sheet of its own, as in book.xlsx#Sheet2",
    where: { file: file.name },
  });
}

function fitAlike({ file }: Workbook, { table }: TableMapping, sheets: readonly [Sheet, Sheet]): UserError {
  const [one, other] = sheets;
  return new UserError({
    what: `${table.id} could be taken from the sheet "${one.name}" as well as from "${other.name}"`,
    remedy: `Name the sheet, as in \`from: "#${one.name}"\``,
    where: { file: file.name },
  });
}

/** For a table that no workbook feeds, though the recipe says from where. */
export function refuseUnfed(origin: Origin, workbooks: readonly Pick<Workbook, "file" | "sheets">[]): void {
  const { mapping, sheet, pattern, isOnly } = origin;
  const [first] = workbooks;
  if (first === undefined || (sheet === undefined && pattern === undefined && !isOnly)) return;
  const sheets = first.sheets.map(({ name }) => name).join(", ");
  throw new UserError({
    what:
      sheet === undefined
        ? `no sheet has a header that names a column of ${mapping.table.id}`
        : `there is no sheet "${sheet}", from which the recipe takes ${mapping.table.id}`,
    remedy: `The sheets are ${sheets}: name the sheet, as in \`from: "#Sheet"\`, or map its columns`,
    where: { file: first.file.name },
  });
}
