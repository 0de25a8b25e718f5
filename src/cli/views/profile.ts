/** What exports hold: a block a table, every column with its type, its gaps and its range, then what catches the eye. */
import type { ExportProfile, TableProfile } from "../../pipeline.ts";
import type { ColumnProfile, Sign } from "../../profile/model.ts";
import { logBlock } from "./logs.ts";
import { notes, section, table } from "../terminal.ts";
import type { Cell, ColumnLayout, Paint } from "../terminal.ts";
import { count, counted, printable, showValue } from "../text.ts";

export function exportsView(exports: readonly ExportProfile[], paint: Paint): string {
  return exports.map((profile) => exportView(profile, paint)).join("\n\n\n");
}

function exportView(profile: ExportProfile, paint: Paint): string {
  const { file, bytes, extractor, evidence, tables, recipe, log } = profile;
  const heading = `${paint.bold(printable(file))}  ${counted(bytes, "byte")}, read as ${extractor}`;
  const told = evidence.map((line) => paint.dim(`  ${printable(line)}`));
  const empty = tables.length === 0 && log === undefined ? ["", "It holds no table."] : [];
  const blocks = tables.flatMap((each) => ["", ...tableBlock(each, paint)]);
  return [
    heading,
    ...told,
    ...empty,
    ...(log === undefined ? [] : ["", ...logBlock(log, paint)]),
    ...blocks,
    ...section("For a recipe", recipe.trimEnd().split("\n").map(printable), paint),
  ].join("\n");
}

/** The whole profile of one table. */
export function tableBlock(profile: TableProfile, paint: Paint): string[] {
  const name = profile.part === undefined ? [] : [paint.bold(printable(profile.part))];
  return [
    ...name,
    ...factLines(profile),
    "",
    columnTable(profile, paint),
    ...notes("Worth knowing", eyeCatchers(profile), paint),
  ];
}

function factLines(profile: TableProfile): string[] {
  const { facts, match, key, stopped, records } = profile;
  const told = facts.map(({ name, value }) => `${name} ${printable(value)}`).join(", ");
  const size = `${counted(records, "record")}, ${counted(profile.columns.length, "field")}${stopped === undefined ? "" : `; ${stopped}, --all looks at the rest`}`;
  return [
    ...(told === "" ? [] : [told]),
    size,
    ...(key === undefined ? [] : [`likely key: ${keyNames(profile).join(", ")} (${key.because})`]),
    ...(match === undefined ? [] : matchLines(match)),
  ];
}

function keyNames({ key, columns: all }: TableProfile): string[] {
  return (key?.columns ?? []).map((index) => {
    const name = all[index]?.name ?? "";
    return name === "" ? `field ${index + 1}` : printable(name);
  });
}

function matchLines(match: NonNullable<TableProfile["match"]>): string[] {
  const { table: name, score, columns, fieldsLeft, columnsLeft, isByRecipe } = match;
  const fields = columns.length + fieldsLeft.length;
  const verb = isByRecipe ? "feeds" : "looks like";
  const likeness = isByRecipe ? "" : `, ${Math.round(score * 100)} % alike`;
  return [
    `${verb} ${printable(name)}: ${columns.length} of ${counted(fields, "field")} match${likeness}`,
    ...(fieldsLeft.length === 0 ? [] : [`  fields without a column: ${fieldsLeft.map(fieldName).join(", ")}`]),
    ...(columnsLeft.length === 0 ? [] : [`  columns without a field: ${columnsLeft.map(printable).join(", ")}`]),
  ];
}

function fieldName(name: string): string {
  return name === "" ? "(no name)" : printable(name);
}

interface Column extends ColumnLayout {
  readonly optional?: boolean;
  cell(column: ColumnProfile, index: number, profile: TableProfile): Cell;
}

const columns: readonly Column[] = [
  { head: "field", wraps: true, cell: ({ name }, index) => (name === "" ? `(${index + 1})` : printable(name)) },
  { head: "type", wraps: true, cell: ({ type }) => type ?? "" },
  { head: "declared", wraps: true, optional: true, cell: ({ declaredType = "" }) => printable(declaredType) },
  { head: "NULL", align: "right", cell: ({ nulls, cells }) => share(nulls, cells) },
  { head: '""', align: "right", optional: true, cell: ({ empty }) => (empty === 0 ? "" : count(empty)) },
  {
    head: "different",
    align: "right",
    cell: ({ distinct }) => `${distinct.isExact ? "" : "~"}${count(distinct.count)}`,
  },
  { head: "values", wraps: true, cell: (column) => valuesOf(column) },
  { head: "column", wraps: true, optional: true, cell: (column, _index, { match }) => targetOf(column, match) },
];

function columnTable(profile: TableProfile, paint: Paint): string {
  const rows = profile.columns.map((column, index) => columns.map((each) => each.cell(column, index, profile)));
  const shown = columns.filter(({ optional }, at) => optional !== true || rows.some((row) => row[at] !== ""));
  return table(
    shown,
    rows.map((row) => row.filter((_, at) => shown.includes(columns[at] as Column))),
    paint,
  );
}

/** A share that is not nothing never reads as nothing, nor as all what is not all. */
function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "";
  if (part === whole) return "all";
  const percent = Math.min(99.9, Math.max(0.1, (100 * part) / whole));
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

const orderWords = {
  dmy: "day first",
  mdy: "month first",
  ymd: "year first",
  either: "day or month first?",
  mixed: "day and month first",
};

function valuesOf({ range, length, dateOrder, type = "", kinds }: ColumnProfile): string {
  if (type === "bit") return kinds[0]?.kind === "boolean" ? "true or false" : "0 or 1";
  if (dateOrder !== undefined) return `dates, ${orderWords[dateOrder.order]}`;
  if (range !== undefined) return range.least === range.most ? range.least : `${range.least} to ${range.most}`;
  if (length === undefined) return "";
  const { least, most } = length;
  const unit = type.startsWith("varbinary") ? "byte" : "character";
  return least === most ? counted(most, unit) : `${count(least)} to ${counted(most, unit)}`;
}

function targetOf({ name }: ColumnProfile, match: TableProfile["match"]): string {
  const found = match?.columns.find(({ field }) => field === name && name !== "");
  if (found === undefined) return match === undefined ? "" : "none";
  return found.misfit === undefined ? printable(found.column) : `${printable(found.column)} ?`;
}

/** Damage of the file, then of its columns, then what does not fit. */
export function eyeCatchers({ damage, columns: found, match }: TableProfile): string[] {
  const ofColumns = found.flatMap(({ name, signs }, index) =>
    signs.map((sign) => `${name === "" ? `field ${index + 1}` : printable(name)}: ${signText(sign)}`),
  );
  const orders = found.flatMap((column) => orderText(column));
  const misfits = (match?.columns ?? []).flatMap(({ field, misfit }) =>
    misfit === undefined || field === "" ? [] : [`${printable(field)} ${misfit}`],
  );
  return [...damage.map(printable), ...ofColumns, ...orders, ...misfits];
}

function signText({ what, first }: Sign): string {
  return `${printable(what)}${first === undefined ? "" : `; record ${count(first.record)}: ${showValue(first.value)}`}`;
}

/** By which value the order of day and month is told. */
function orderText({ name, dateOrder }: ColumnProfile): string[] {
  if (dateOrder === undefined || dateOrder.order === "mixed") return [];
  if (dateOrder.order === "either") return [`${printable(name)}: no date tells day and month apart`];
  const first = dateOrder.yearFirst ?? dateOrder.dayFirst ?? dateOrder.monthFirst;
  const proof = first === undefined ? "" : `, as record ${count(first.record)} shows: ${showValue(first.value)}`;
  return [`${printable(name)}: the ${orderWords[dateOrder.order].replace(" first", "")} comes first${proof}`];
}
