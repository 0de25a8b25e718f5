/** Step: what do the files of a recipe's sources hold, and does it go with the tables that they feed? */
import type { SurveyedTable, TableMapping } from "../../extract/extractor.ts";
import { isNamedAs, matchesFile } from "../../extract/records/route.ts";
import type { Incident } from "../../incident.ts";
import { sameName, type Table } from "../../schema/model.ts";
import { count } from "../../text.ts";
import type { ColumnProfile } from "../../profile/model.ts";
import type { Masks } from "../../report/masks.ts";
import { masksOf } from "../masks.ts";
import type { Services } from "../services.ts";
import { checkContext, type PreparedSource } from "../sources.ts";
import { defaultLimits, type FedTable, noLimits, profileTable, type TableProfile } from "./table.ts";

/** The tables of a source's files; none where its extractor cannot show them. Throws UserError as the extractor does. */
export async function profileSource(
  incident: Incident,
  prepared: PreparedSource,
  services: Services,
  all: boolean,
): Promise<TableProfile[]> {
  const { extractor, source, files } = prepared;
  if (extractor.survey === undefined || files.length === 0) return [];
  const task = services.reporter.task("look at", source.id);
  const means = { limits: all ? noLimits : defaultLimits, signal: services.signal, task };
  const profiles: TableProfile[] = [];
  for await (const surveyed of extractor.survey(source.options, checkContext(incident, prepared, services.signal)))
    profiles.push(await profileTable(surveyed, { ...means, ...targetOf(surveyed, prepared.mappings) }));
  task.finish(`${count(profiles.reduce((sum, { records }) => sum + records, 0))} records`);
  const masks = masksOf(incident);
  return profiles.map((profile) => masked(withDateCheck(profile, source.options["dateFormat"]), masks));
}

/** The table that it feeds by the recipe; where the recipe leaves that open, those that it might. */
function targetOf(
  surveyed: SurveyedTable,
  mappings: readonly TableMapping[],
): { readonly tables: readonly Table[]; readonly fed?: FedTable } {
  const tables = mappings.map(({ table }) => table);
  const fed = mappings.find((mapping) => isFrom(mapping, surveyed)) ?? theOnly(mappings, surveyed);
  return fed === undefined ? { tables } : { tables, fed };
}

function isFrom({ from, table }: TableMapping, { file, part }: SurveyedTable): boolean {
  if (from === undefined) return isCalledSo(table, file, part);
  const mark = from.lastIndexOf("#");
  if (mark < 0) return part === undefined ? matchesFile(from, file) : sameName(from, part) || matchesFile(from, file);
  const pattern = from.slice(0, mark);
  return from.slice(mark + 1) === (part ?? "") && (pattern === "" || matchesFile(pattern, file));
}

function isCalledSo({ schema, name }: Table, file: SurveyedTable["file"], part: string | undefined): boolean {
  const names = [`${schema}.${name}`, `${schema}_${name}`, name];
  return names.some((each) => (part === undefined ? isNamedAs(file, each) : sameName(part, each)));
}

/** The only table of a source takes every file. */
function theOnly(mappings: readonly TableMapping[], { part }: SurveyedTable): TableMapping | undefined {
  const [only, another] = mappings;
  return another === undefined && part === undefined && only?.from === undefined ? only : undefined;
}

/** What the recipe says of dates, and the values contradict. */
function withDateCheck(profile: TableProfile, declared: unknown): TableProfile {
  const found = profile.columns.flatMap(({ name, dateOrder }) => {
    if (typeof declared !== "string" || dateOrder === undefined) return [];
    if (["either", declared].includes(dateOrder.order) || dateOrder.order === "mixed") return [];
    return [`the recipe reads dates as ${declared}, and those of ${name} are ${dateOrder.order}`];
  });
  return found.length === 0 ? profile : { ...profile, damage: [...profile.damage, ...found] };
}

/** Without the values of columns that no report shows. */
function masked(profile: TableProfile, masks: Masks): TableProfile {
  const { match } = profile;
  if (match === undefined) return profile;
  const hidden = new Set(
    match.columns.filter(({ column }) => masks.isMasked(match.table, column)).map(({ field }) => field),
  );
  return {
    ...profile,
    columns: profile.columns.map((column) => (hidden.has(column.name) ? withoutValues(column) : column)),
  };
}

function withoutValues(column: ColumnProfile): ColumnProfile {
  const { dateOrder, signs } = column;
  const shown = {
    ...column,
    ...(dateOrder === undefined ? {} : { dateOrder: { order: dateOrder.order } }),
    signs: signs.map((sign) => ({ sign: sign.sign, count: sign.count, what: sign.what })),
  };
  delete shown.range;
  return shown;
}
