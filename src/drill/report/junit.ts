/**
 * A scorecard as JUnit XML, the form that CI servers read (https://github.com/testmoapp/junitxml): a suite an engine, a case a
 * bar. Without times and host: the same scorecard gives the same bytes.
 */
import { create } from "xmlbuilder2";
import { printable } from "../../text.ts";
import type { BarScore, Scorecard, Variation } from "../score/model.ts";

interface Case {
  readonly name: string;
  readonly result?: { readonly kind: "failure" | "error" | "skipped"; readonly message: string };
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export function junitOf(scorecard: Scorecard): string {
  const suites = suitesOf(scorecard).filter(({ cases }) => cases.length > 0);
  const root = create({ version: "1.0", encoding: "UTF-8" }).ele("testsuites", {
    name: attribute(scorecard.drill),
    ...tally(suites.flatMap(({ cases }) => cases)),
  });
  for (const { name, cases } of suites) {
    const suite = root.ele("testsuite", { name: attribute(`${scorecard.drill}: ${name}`), ...tally(cases) });
    const properties = suite.ele("properties");
    for (const [key, value] of propertiesOf(scorecard)) properties.ele("property", { name: key, value });
    for (const each of cases) {
      const found = suite.ele("testcase", {
        classname: attribute(`${scorecard.drill}.${name}`),
        name: attribute(each.name),
      });
      if (each.result !== undefined) found.ele(each.result.kind, { message: attribute(each.result.message) });
    }
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

/** What makes the suites red is what makes the drill so: that it failed, or a bar that does not hold. */
function suitesOf(scorecard: Scorecard): Suite[] {
  return [
    { name: "execution", cases: [executionOf(scorecard)] },
    { name: "survivors", cases: scorecard.survivors.filter(({ isMissing }) => isMissing).map(missingCase) },
    ...scorecard.rebuilds.map(({ engine, bars }) => ({ name: engine, cases: bars.map(barCase) })),
    { name: "leave one out", cases: scorecard.leaveOneOut.map(variationCase) },
    { name: "sweep", cases: scorecard.sweep?.points.map(variationCase) ?? [] },
  ];
}

function executionOf({ status, error }: Scorecard): Case {
  const name = "runs to its end";
  return status === "completed" ? { name } : { name, result: { kind: "error", message: error ?? "it failed" } };
}

function missingCase({ id, format }: Scorecard["survivors"][number]): Case {
  return { name: `${id} (${format})`, result: { kind: "skipped", message: "the plan takes it away" } };
}

function barCase({ bar, expected, found, holds }: BarScore): Case {
  if (holds) return { name: bar };
  const said = found === null ? "what is measured in time; timings.json has it" : found;
  return { name: bar, result: { kind: "failure", message: `expected ${expected}, found ${said}` } };
}

/** A measurement that could not be taken fails no bar. */
function variationCase({ name, status, error }: Variation): Case {
  if (status === "completed") return { name };
  return { name, result: { kind: "skipped", message: `not measured: ${error ?? "it failed"}` } };
}

function tally(cases: readonly Case[]): Readonly<Record<string, string>> {
  const of = (kind: string): string => String(cases.filter(({ result }) => result?.kind === kind).length);
  return { tests: String(cases.length), failures: of("failure"), errors: of("error"), skipped: of("skipped") };
}

function propertiesOf({ seed, scale, verdict }: Scorecard): [string, string][] {
  return [
    ["seed", String(seed)],
    ["scale", scale === null ? "none" : String(scale)],
    ["verdict", verdict ?? "none"],
  ];
}

/**
 * XML 1.0 has no place for control characters, lone surrogates and the two noncharacters (2.2), and an attribute none for line ends
 * (3.3.3). The writer takes an ampersand before what looks like an entity for that entity.
 */
function attribute(text: string): string {
  return printable(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, (each) => `\\u{${each === "\uFFFE" ? "FFFE" : "FFFF"}}`)
    .replaceAll("&", "&amp;");
}
