/** `report/report.md`: the report in short, for the incident's ticket. Markdown as GitHub, GitLab and Jira's importers read it. */
import { fabricated, foundOf, outcomeOf, outcomeWords, passed, recall } from "../drill/report/tell.ts";
import { showMoment } from "../page/format.ts";
import { count, counted, firstOf } from "../text.ts";
import type { ReportModel, ReportedCell, ReportedGroup } from "./model.ts";
import type { Verdict } from "./summary.ts";

const verdicts: Readonly<Record<Verdict, string>> = {
  clean: "recovered; nothing is left to decide",
  "needs-review": "recovered; people are needed",
  failed: "could not be recovered",
};

const mostGroups = 20;
const mostLines = 30;

export function renderMarkdown(model: ReportModel): string {
  const parts = [
    headOf(model),
    list("Next", model.next.map(withCode)),
    drillOf(model),
    tablesOf(model),
    sourcesOf(model),
    openGroups(model.groups.filter(({ class: kind }) => open.has(kind))),
    list(
      "Rows that are not in the scripts",
      model.withheld.map(({ table, reason, rows }) => `${code(table)}: ${count(rows)}: ${escaped(reason)}`),
    ),
    list("Proved, without a value", proofsOf(model)),
    list(
      "Quarantine",
      model.quarantine.map(({ source, reason, records }) => `${code(source)}: ${count(records)}: ${escaped(reason)}`),
    ),
    list(
      "Assertions",
      model.assertions.map(
        ({ name, holds, found, expected }) =>
          `${holds ? "holds" : "**does not hold**"}: ${escaped(name)}: found ${code(String(found ?? "NULL"))}, expected ${code(expected)}`,
      ),
    ),
    list(
      "Decisions",
      model.decisions.map(
        ({ what, by, why, state }) => `${state}: ${escaped(what)}, by ${escaped(by)}: ${escaped(why)}`,
      ),
    ),
    list("Worth knowing", [...model.constraints, ...model.notes].map(escaped)),
    evidenceOf(model),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const open = new Set<string>(["contested", "nulled", "defaulted"]);

function headOf({ incident, verdict, target, recoverTo, masked, tables }: ReportModel): string {
  const rows = tables.reduce((sum, { emitted }) => sum + emitted, 0);
  return [
    `# ${escaped(incident)}: ${verdicts[verdict]}`,
    "",
    `${counted(rows, "row")} in ${counted(tables.length, "table")}, for ${escaped(target)}${recoverTo === undefined ? "" : `; the last good moment: ${showMoment(recoverTo)}`}.`,
    ...(masked.length === 0 ? [] : ["", `Values of ${masked.map(code).join(", ")} are masked.`]),
  ].join("\n");
}

/** Of the first engine: the page has the others. */
function drillOf({ drill }: ReportModel): string {
  if (drill === undefined) return "";
  const { scorecard } = drill;
  const [first] = scorecard.rebuilds;
  const bars = scorecard.rebuilds.flatMap((rebuild) => rebuild.bars);
  const error = scorecard.error === null ? "" : `: ${escaped(scorecard.error)}`;
  const sentence = `${code(scorecard.drill)}, seed ${scorecard.seed}: **${outcomeWords[outcomeOf(scorecard)]}**${error}`;
  const holding = bars.length === 0 ? "" : `; ${count(passed(bars))} of ${counted(bars.length, "bar")} held`;
  const broken = scorecard.rebuilds
    .flatMap(({ engine, bars: own }) => own.filter(({ holds }) => !holds).map((bar) => ({ ...bar, engine })))
    .slice(0, mostLines)
    .map(
      (bar) =>
        `- ${code(bar.bar)} on ${escaped(bar.engine)}: expected ${code(bar.expected)}, found ${escaped(foundOf(bar))}`,
    );
  const rows = first?.score.tables.map(({ table, ...score }) => [
    code(table),
    count(score.rows.truth),
    count(score.rows.recovered),
    recall(score.rows),
    count(score.cells.right),
    count(score.cells.wrong),
    recall(score.cells),
    count(fabricated(score)),
  ]);
  const head = ["table", "true rows", "recovered", "row recall", "right cells", "wrong", "cell recall", "fabricated"];
  const parts = [`${sentence}${holding}.`, broken.join("\n"), rows === undefined ? "" : grid(head, rows, 1, 8)];
  return section("Drill", parts.filter((part) => part !== "").join("\n\n"));
}

function tablesOf({ tables }: ReportModel): string {
  const rows = tables.map(({ table, emitted, withheld, deleted, cells, missing, recoveryPoint }) => [
    code(table),
    count(emitted),
    count(cells.contested),
    count(cells.resolved),
    count(withheld),
    count(deleted),
    count(missing.lost),
    count(missing.unknown),
    recoveryPoint === null ? "unknown" : showMoment(Date.parse(recoveryPoint)),
  ]);
  const head = [
    "table",
    "rows",
    "contested",
    "resolved",
    "withheld",
    "deleted",
    "lost ids",
    "unknown ids",
    "goes back to",
  ];
  return section("Tables", grid(head, rows, 1, 8));
}

function sourcesOf({ sources }: ReportModel): string {
  const rows = sources.map(({ id, extractor, asOf, read, staged, quarantined, alone }) => [
    code(id),
    escaped(extractor),
    asOf === undefined ? "unknown" : showMoment(asOf),
    count(read),
    count(staged),
    count(quarantined),
    count(alone.rows),
  ]);
  const head = ["source", "read by", "as of", "records", "staged", "quarantined", "rows only it has"];
  return section("Sources", grid(head, rows, 3, 7));
}

function openGroups(groups: readonly ReportedGroup[]): string {
  const lines = groups.slice(0, mostGroups).map((group) => {
    const [sample] = group.samples;
    const example = sample === undefined ? "" : `; first: ${code(sample.key)}: ${claimsOf(sample)}`;
    const what = `${code(`${group.table}.${group.column}`)}: ${count(group.cells)} ${group.class}`;
    return `${what}: ${escaped(group.pattern)}${example}`;
  });
  const rest = groups.length - lines.length;
  return list("To decide", [...lines, ...(rest > 0 ? [`${counted(rest, "more pattern")}: see index.html`] : [])]);
}

/** Rows are among those that are not in the scripts. */
function proofsOf({ proofs: { changed, records, otherRecords } }: ReportModel): string[] {
  const cells = changed.map(
    ({ table, column, cells: number, pattern }) =>
      `${code(`${table}.${column}`)}: ${counted(number, "cell")}: ${escaped(pattern)}`,
  );
  const groups = records.map(({ source, table, reason, records: number, first, last }) => {
    const times = first === undefined || last === undefined ? "" : `, ${code(first)} to ${code(last)}`;
    const of = table === undefined ? "" : ` of ${code(table)}`;
    return `${code(source)}${of}: ${counted(number, "record")}: ${escaped(reason)}${times}`;
  });
  const { groups: more, records: left } = otherRecords;
  return [
    ...cells,
    ...groups,
    ...(more > 0 ? [`${counted(more, "smaller group")} with ${counted(left, "record")}`] : []),
  ];
}

function claimsOf({ claims }: ReportedCell): string {
  return claims
    .map(
      ({ value, sources }) =>
        `${value.text === null ? "NULL" : code(short(value.text))} (${escaped(sources.join(", "))})`,
    )
    .join(" / ");
}

function evidenceOf({ evidence, recipe, command, madeBy }: ReportModel): string {
  const rows = evidence.map(({ source, path, bytes, sha256 }) => [
    code(source),
    code(path),
    count(bytes),
    code(sha256),
  ]);
  const made = `Made by ${escaped(madeBy)}: ${code(command)} (recipe: SHA-256 ${code(recipe)}).`;
  return section(
    "Evidence",
    [...(rows.length === 0 ? [] : [grid(["source", "file", "bytes", "SHA-256"], rows, 2, 3), ""]), made].join("\n"),
  );
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const rest = lines.length - mostLines;
  const shown = [...lines.slice(0, mostLines), ...(rest > 0 ? [`${count(rest)} more`] : [])];
  return section(title, shown.map((line) => `- ${line}`).join("\n"));
}

/** Columns from `first` up to `end` are numbers. */
function grid(head: readonly string[], rows: readonly (readonly string[])[], first: number, end: number): string {
  const rule = head.map((_, index) => (index >= first && index < end ? "---:" : "---"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const longest = 80;

function short(text: string): string {
  return text.length <= longest ? text : `${firstOf(text, longest)}…`;
}

/** One line, without what steers a terminal or hides. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "\uFFFD");
}

function escaped(text: string): string {
  return plain(text).replaceAll(/[\\`*_[\]<>|~#@]/g, (character) => `\\${character}`);
}

/** Our own sentences have commands in backticks. */
function withCode(sentence: string): string {
  return sentence
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : escaped(part)))
    .join("");
}

/** A span of code: nothing in it is markup, nor a mention. */
function code(text: string): string {
  const inner = plain(text).replaceAll("|", "\\|");
  const longestRun = Math.max(0, ...(inner.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const gap = longestRun > 0 || inner === "" ? " " : "";
  return `${fence}${gap}${inner}${gap}${fence}`;
}
