/** What `replay` found. */
import type { ReplayReport } from "../../pipeline.ts";
import { notes, section } from "../terminal.ts";
import type { Paint } from "../terminal.ts";
import { count, counted, printable } from "../text.ts";

type Outputs = NonNullable<ReplayReport["outputs"]>;
type Evidence = NonNullable<ReplayReport["evidence"]>;
type Difference = Outputs["different"][number];

const headlines: Readonly<Record<ReplayReport["result"], string>> = {
  same: "comes out as it did, byte for byte",
  different: "does not come out as it did",
  impossible: "cannot be replayed",
};

const differences: Readonly<Record<Difference["what"], string>> = {
  changed: "differs",
  missing: "is not in the incident",
  additional: "is in the incident, and no run makes it",
};

export function replayView(report: ReplayReport, relative: (file: string) => string, paint: Paint): string {
  const { directory, result, bag, evidence, outputs, causes, notCompared, stopped, kept } = report;
  const colour = result === "same" ? paint.green : paint.yellow;
  return [
    `${paint.bold(printable(relative(directory)))} ${colour(stopped === null || result === "impossible" ? headlines[result] : "was not replayed to its end")}`,
    "",
    ...(bag === null ? [] : [bagLine(bag)]),
    ...(evidence === null ? [] : [evidenceLine(evidence)]),
    ...(outputs === null ? [] : [outputLine(outputs)]),
    ...(stopped === null ? [] : [`not replayed: ${printable(stopped)}`]),
    ...section("The bag", (bag?.faults ?? []).flatMap(faultLines), paint),
    ...section("Evidence", evidence === null ? [] : evidenceLines(evidence), paint),
    ...section("Outputs", (outputs?.different ?? []).flatMap(differenceLines), paint),
    ...notes("Likely causes", causes.map(printable), paint),
    ...section("Not compared", notCompared.map(printable), paint),
    ...(kept === null ? [] : ["", `The replay is kept in ${printable(relative(kept))}`]),
  ].join("\n");
}

function bagLine({ unchanged, faults }: NonNullable<ReplayReport["bag"]>): string {
  return `bag       ${counted(unchanged, "file")} as packed${faults.length === 0 ? "" : `, ${count(faults.length)} not`}`;
}

function evidenceLine({ unchanged, changed, missing, added }: Evidence): string {
  const numbers = [
    `${counted(unchanged, "file")} unchanged`,
    ...(changed.length > 0 ? [`${count(changed.length)} changed`] : []),
    ...(missing.length > 0 ? [`${count(missing.length)} missing`] : []),
    ...(added.length > 0 ? [`${count(added.length)} added`] : []),
  ];
  return `evidence  ${numbers.join(", ")}`;
}

function outputLine({ identical, different }: Outputs): string {
  return `outputs   ${count(identical)} identical, ${count(different.length)} different`;
}

function hashLines(recorded: string | null, now: string | null): string[] {
  return [
    ...(recorded === null ? [] : [`  recorded  ${printable(recorded)}`]),
    ...(now === null ? [] : [`  now       ${printable(now)}`]),
  ];
}

function faultLines({ path, what, recorded, now }: NonNullable<ReplayReport["bag"]>["faults"][number]): string[] {
  const words = { changed: "was changed", missing: "is missing", additional: "is not on the bag's list" };
  return [`${printable(path)} ${words[what]}`, ...hashLines(recorded, now)];
}

function owner(source: string | null): string {
  return source === null ? "the recipe's own" : `source ${source}`;
}

function evidenceLines({ changed, missing, added }: Evidence): string[] {
  return [
    ...changed.flatMap(({ source, path, what, recorded, now }) => [
      printable(`${path} (${owner(source)}): another ${what} than recorded`),
      ...hashLines(recorded, now),
    ]),
    ...missing.flatMap(({ source, path, recorded, remedy }) => [
      printable(`${path} (${owner(source)}) is missing`),
      ...hashLines(recorded, null),
      printable(`  ${remedy}`),
    ]),
    ...added.map(({ source, path }) => printable(`${path} (${owner(source)}) is new: the run did not read it`)),
  ];
}

function differenceLines({ path, what, recorded, now, first }: Difference): string[] {
  const at = first === null ? "" : ` from line ${count(first.line)} on`;
  return [
    `${printable(path)} ${differences[what]}${at}`,
    ...(first === null
      ? hashLines(recorded, now)
      : [`  recorded  ${printable(first.recorded)}`, `  now       ${printable(first.now)}`]),
  ];
}
