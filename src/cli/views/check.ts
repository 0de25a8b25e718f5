/** What `check` finds of a recipe: what can be read, what its files hold, and what of that catches the eye. */
import type { CheckedSource, LogProfile, TableProfile } from "../../pipeline.ts";
import { notes, table } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";
import { logBlock, spanOf } from "./logs.ts";
import { eyeCatchers, tableBlock } from "./profile.ts";

export interface Checked {
  readonly incident: string;
  readonly sources: readonly CheckedSource[];
}

interface SourceProfile {
  readonly source: string;
  readonly profile: TableProfile;
}

/** Few enough to be read; --profile shows all. */
const mostLines = 3;

/** `isWhole`: every column of every file is shown. */
export function checkView({ incident, sources }: Checked, isWhole: boolean, paint: Paint): string {
  const ready = `${printable(incident)}: the recipe is valid, ${counted(sources.length, "source")} can be read`;
  const profiles = sources.flatMap(({ id, tables = [] }) => tables.map((profile) => ({ source: id, profile })));
  const logs = sources.flatMap(({ id, logs: own = [] }) => own.map((log) => ({ source: id, log })));
  const losses = sources.flatMap((source) => (source.losses ?? []).map((loss) => printable(`${source.id}: ${loss}`)));
  const catching = [
    ...losses,
    ...profiles.flatMap((each) => catchingLines(each)),
    ...logs.flatMap(({ source, log }) => limited(log.damage.map(printable), `${printable(source)}, ${baseOf(log)}`)),
  ];
  return [
    ready,
    "",
    sourceTable(sources, paint),
    ...(profiles.length === 0 ? [] : ["", profileTable(profiles, paint)]),
    ...(logs.length === 0 ? [] : ["", logTable(logs, paint)]),
    ...notes("Worth knowing", isWhole ? losses : catching, paint),
    ...(isWhole ? [...wholeProfiles(profiles, paint), ...wholeLogs(logs, paint)] : []),
  ].join("\n");
}

function sourceTable(sources: readonly CheckedSource[], paint: Paint): string {
  const isDated = sources.some(({ files }) => files.some(({ asOf }) => asOf !== undefined));
  const rows = sources.flatMap(({ id, extractor, files, location }) => {
    const source = [printable(id), printable(extractor)];
    // A server has no files but those that were captured of it; a program has none before it has run.
    if (location !== undefined || files.length === 0)
      return [[...source, printable(location ?? ""), "", ...(isDated ? [""] : [])]];
    return files.map((file) => {
      const time = file.asOf === undefined ? "" : (file.asOf ?? "its name says none");
      return [...source, printable(file.name), count(file.bytes), ...(isDated ? [time] : [])];
    });
  });
  const layout = [
    { head: "source", wraps: true },
    { head: "extractor", wraps: true },
    { head: "file or server", wraps: true },
    { head: "bytes", align: "right" as const },
    ...(isDated ? [{ head: "as of" }] : []),
  ];
  return table(layout, rows, paint);
}

function nameOf({ file, part }: TableProfile): string {
  return printable(part ?? file.slice(file.lastIndexOf("/") + 1));
}

/** One line a table. */
function profileTable(profiles: readonly SourceProfile[], paint: Paint): string {
  const layout = [
    { head: "source", wraps: true },
    { head: "what is there", wraps: true },
    { head: "records", align: "right" as const },
    { head: "fields", align: "right" as const },
    { head: "feeds", wraps: true },
    { head: "written as", wraps: true },
  ];
  const rows = profiles.map(({ source, profile }) => [
    printable(source),
    nameOf(profile),
    `${count(profile.records)}${profile.stopped === undefined ? "" : "+"}`,
    fieldsOf(profile),
    feedsOf(profile, paint),
    profile.facts.flatMap(({ name, value }) => (shownFacts.has(name) ? [printable(value)] : [])).join(" "),
  ]);
  return table(layout, rows, paint);
}

const shownFacts = new Set(["encoding", "delimiter", "records end in", "compression"]);

function fieldsOf({ columns, match }: TableProfile): string {
  return match?.isByRecipe === true ? `${match.columns.length} of ${columns.length}` : `0 of ${columns.length}`;
}

function feedsOf({ match }: TableProfile, paint: Paint) {
  if (match?.isByRecipe === true) return printable(match.table);
  const guess = match === undefined ? "nothing" : `nothing; like ${printable(match.table)}`;
  return { text: guess, paint: paint.yellow };
}

function catchingLines({ source, profile }: SourceProfile): string[] {
  return limited(eyeCatchers(profile), `${printable(source)}, ${nameOf(profile)}`);
}

function limited(lines: readonly string[], name: string): string[] {
  const shown = lines.slice(0, mostLines).map((line) => `${name}: ${line}`);
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `${name}: and ${count(more)} more; --profile shows all`];
}

interface SourceLog {
  readonly source: string;
  readonly log: LogProfile;
}

function baseOf({ file }: LogProfile): string {
  return printable(file.slice(file.lastIndexOf("/") + 1));
}

/** One line a log. */
function logTable(logs: readonly SourceLog[], paint: Paint): string {
  const layout = [
    { head: "source", wraps: true },
    { head: "log", wraps: true },
    { head: "records", align: "right" as const },
    { head: "of the time", wraps: true },
    { head: "speaks most of", wraps: true },
  ];
  const rows = logs.map(({ source, log }) => [
    printable(source),
    baseOf(log),
    `${count(log.records)}${log.isWhole ? "" : "+"}`,
    spanOf(log),
    printable(log.subjects[0]?.name ?? ""),
  ]);
  return table(layout, rows, paint);
}

function wholeLogs(logs: readonly SourceLog[], paint: Paint): string[] {
  return logs.flatMap(({ source, log }) => [
    "",
    "",
    `${paint.bold(printable(log.file))}  source ${printable(source)}`,
    ...logBlock(log, paint),
  ]);
}

function wholeProfiles(profiles: readonly SourceProfile[], paint: Paint): string[] {
  return profiles.flatMap(({ source, profile }) => [
    "",
    "",
    `${paint.bold(printable(profile.file))}  source ${printable(source)}`,
    ...tableBlock(profile, paint),
  ]);
}
