import fs from "node:fs";
import path from "node:path";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { junitOf } from "../../src/drill/report/junit.ts";
import { readScorecard, writeScorecard } from "../../src/drill/report/scorecard.ts";
import { temporaryFolder } from "../incident.ts";
import { failing, hostile, passing, scorecard } from "./sample.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every element, as a strict parser of XML 1.0 reads it. */
function parse(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => elements.push({ name, attributes }));
  parser.write(xml).close();
  return elements;
}

function results(xml: string): string[] {
  return parse(xml).flatMap(({ name, attributes }) =>
    ["failure", "error", "skipped"].includes(name) ? [`${name}: ${attributes["message"]}`] : [],
  );
}

describe("a scorecard as JUnit XML", () => {
  it("has a suite an engine, a case a bar, and what is skipped", async () => {
    await expect(junitOf(scorecard)).toMatchFileSnapshot("golden/junit.xml");
    expect(results(junitOf(scorecard))).toEqual([
      "skipped: the plan takes it away",
      "failure: expected >= 99.9%, found 99.64% (1942 of 1949)",
      "failure: expected = 0, found 2",
      "failure: expected <= 6h, found older than the history",
      "failure: expected >= 99.9%, found 99.64% (1942 of 1949)",
      "skipped: not measured: the recipe names the source schema-copy, which is not there. Name another source of the schema.",
      "skipped: not measured: out of room on the disk",
    ]);
  });

  it.each([scorecard, passing, failing, hostile])("counts what it says, all in all and in each suite: %#", (card) => {
    const elements = parse(junitOf(card));
    const counts = (name: string): number[] =>
      ["tests", "failures", "errors", "skipped"].map((kind) =>
        elements
          .filter((each) => each.name === name)
          .reduce((sum, { attributes }) => sum + Number(attributes[kind]), 0),
      );
    const found = ["testcase", "failure", "error", "skipped"].map(
      (name) => elements.filter((each) => each.name === name).length,
    );
    expect([counts("testsuites"), counts("testsuite")]).toEqual([found, found]);
  });

  it("is green where the drill passed, and an error where it did not run to its end", () => {
    expect(results(junitOf(passing))).toEqual([]);
    expect(results(junitOf(failing))).toEqual([`error: ${failing.error}`, "skipped: the plan takes it away"]);
  });

  it("names are data: quotes, entities, ends of sections, what XML has no place for", () => {
    const xml = junitOf(hostile);
    const said = String.raw`a"'&lt;<b>&#38;&nbsp;]]>\x00\x1B[2J\n\u{202E}\u{FFFF}\u{D800} é漢`;
    expect(parse(xml)[0]?.attributes["name"]).toBe(said);
    expect(results(xml)).toContain(`failure: expected ${said}, found ${said}`);
    expect(new Set(parse(xml).map(({ name }) => name))).toEqual(
      new Set(["testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped"]),
    );
  });
});

describe("a scorecard in files", () => {
  it("is read as it was written, and is the same bytes twice", () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    for (const folder of [one, other]) writeScorecard(folder, scorecard);
    expect(readScorecard(path.join(one, "scorecard.json"))).toEqual(scorecard);
    for (const name of ["scorecard.json", "junit.xml"])
      expect(fs.readFileSync(path.join(one, name))).toEqual(fs.readFileSync(path.join(other, name)));
  });

  it.each([
    ["cut", (text: string) => text.slice(0, 1000), /this is not a drill's scorecard\. Run the drill again/],
    ["of another form", () => `{"drill":1}`, /this is not a drill's scorecard: drill: .*expected string/],
    [
      "with a share of rows",
      (text: string) => text.replace(`"truth": 412`, `"truth": 412.5`),
      /rebuilds\.0\.score\.tables\.0\.rows\.truth/,
    ],
  ])("damaged (%s), it is told with its place", (_, damage, message) => {
    const folder = temporaryFolder();
    const file = path.join(folder, "scorecard.json");
    writeScorecard(folder, scorecard);
    fs.writeFileSync(file, damage(fs.readFileSync(file, "utf8")));
    expect(() => readScorecard(file)).toThrow(UserError);
    expect(() => readScorecard(file)).toThrow(message);
  });
});
