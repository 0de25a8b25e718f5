/** Extractors from outside of the project. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { Extractor } from "../../src/extract/extractor.ts";
import { extractorsFor } from "../../src/extract/own.ts";
import { checkIncident, explain, extract, openIncident, run } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { emittedRows, outputBytes, services, temporaryFolder } from "../incident.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";

const fixture = path.resolve("fixtures/extract/own");
const recipe = fs.readFileSync(path.join(fixture, "recipe.yaml"), "utf8");

/** A copy of the fixture with other files on top of it. */
function copyWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  fs.cpSync(fixture, folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

function open(folder: string): Promise<Incident> {
  const directory = path.join(folder, "incident");
  return openIncident({ recipe: path.join(folder, "recipe.yaml"), directory, environment: {} });
}

async function faultOf(work: Promise<unknown>): Promise<UserError> {
  const fault: unknown = await work.catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UserError);
  return fault as UserError;
}

/** A module that yields one row, whose cell says which revision of it ran. */
function moduleOf(revision: string): string {
  return `
import { defineExtractor, defaultConventions, z } from "tablesalvage";
export default defineExtractor({
  id: "x",
  summary: "Says ${revision}.",
  options: z.strictObject({ path: z.string() }),
  example: "",
  inputs: ({ path }) => [path],
  async *extract(_, { files: [file], mappings: [{ table }], read }) {
    read(1);
    const columns = table.columns.slice(0, 2);
    yield { table, columns, operation: "snapshot", conventions: defaultConventions, file, positionsAre: "line",
      rows: [[1, "${revision}"]], positions: [1], raw: () => "" };
  },
});
`;
}

const ownRecipe = (extractor: string): string => `
incident: own
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources: { own: { extractor: ${JSON.stringify(extractor)}, path: CUST2602.TXT } }
`;

describe("the example", () => {
  it("rescues what no extractor of salvage's reads, each cell traced to its line", async () => {
    const folder = copyWith();
    const incident = await open(folder);
    expect(await checkIncident(incident, services)).toMatchObject([{ id: "mainframe", extractor: "./fixed-width.js" }]);
    const { summary, notes } = await run(incident, services);
    expect(summary.sources).toMatchObject([
      { id: "mainframe", extractor: "./fixed-width.js", read: 7, staged: 4, skipped: 1, quarantined: 2 },
    ]);
    expect(emittedRows({ incident }, incident.tables[0]!)).toEqual([
      [17, "Ada Lovelace", "1200.5000"],
      [18, "René Descartes", "0.0000"],
      [19, "Grace Hopper", null],
      [21, "Emmy Noether", null],
    ]);
    expect(notes).toContain("mainframe: CUST2602.TXT: no column of the target takes BRANCH");
    const { cells } = await explain(incident, "dbo.Customers", ["18"], "Name");
    expect(JSON.stringify(cells)).toContain("CUST2602.TXT");
    // From the incident's directory: the module is found where the recipe lay.
    const again = await openIncident({ directory: incident.directory, environment: {} });
    const before = outputBytes(incident.directory);
    expect((await run(again, services, { offline: true })).unchanged).toEqual(["mainframe"]);
    expect(outputBytes(incident.directory)).toEqual(before);
  });

  it("keeps the contract: all lines are accounted for, with their bytes", async () => {
    const extractor = (await extractorsFor(recipe, fixture)).find(({ id }) => id === "./fixed-width.js");
    const customers = makeTable("dbo.Customers", { ID: "int", Name: "nvarchar" });
    const result = await collect(
      extractor as Extractor,
      { path: "x", fields: { ID: [1, 6], Name: [7, 26] } },
      { files: [evidenceFile(path.join(fixture, "CUST2602.TXT"), fixture)], mappings: [mapTable(customers)] },
    );
    expectBalance(result);
    expect(result.quarantined.map(({ reason, at }) => `${at}: ${reason}`)).toEqual([
      "CUST2602.TXT line 2: it holds bytes that are not utf-8",
      "CUST2602.TXT line 5: it has 12 characters where 26 are expected",
    ]);
    expect(result.rows.map(({ position, cells }) => [position, cells["Name"]])).toContainEqual([3, "Grace Hopper"]);
  });

  it("its options are validated like those of any extractor", async () => {
    const wrong = recipe.replace("CUSTNO: [1, 6]", "CUSTNO: [0, 6]").replace("encoding:", "encodign:");
    const fault = await faultOf(open(copyWith({ "recipe.yaml": wrong })));
    const message = JSON.stringify(fault);
    expect(message).toContain("encodign");
    expect(message).toContain("sources.mainframe.fields.CUSTNO");
  });
});

describe("a module", () => {
  it.each([
    ["a path", "./mine.js", "mine.js"],
    ["a path of TypeScript", "./mine.ts", "mine.ts"],
    ["a path in a folder", "extractors/mine.mts", "extractors/mine.mts"],
    ["a package beside the recipe", "salvage-mine", "node_modules/salvage-mine/index.js"],
    ["a package of a scope", "@me/salvage-mine", "node_modules/@me/salvage-mine/index.js"],
  ])("is found by %s", async (_, extractor, file) => {
    const folder = copyWith({ "recipe.yaml": ownRecipe(extractor), [file]: moduleOf("first") });
    const incident = await open(folder);
    const { sources } = await extract(incident, services);
    expect(sources).toMatchObject([{ extractor, read: 1, staged: 1 }]);
  });

  it("that changed reads its source anew", async () => {
    const folder = copyWith({ "recipe.yaml": ownRecipe("./mine.js"), "mine.js": moduleOf("first") });
    await run(await open(folder), services);
    expect((await run(await open(folder), services)).unchanged).toEqual(["own"]);
    fs.writeFileSync(path.join(folder, "mine.js"), moduleOf("second"));
    const changed = await open(folder);
    expect((await run(changed, services)).unchanged).toEqual([]);
    expect(emittedRows({ incident: changed }, changed.tables[0]!)[0]?.[1]).toBe("second");
  });

  it.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ["that is not there", "./missing.js", {}, /missing\.js: the extractor's module cannot be loaded/],
    [
      "that does not parse",
      "./broken.js",
      { "broken.js": "export default {" },
      /broken\.js: the extractor's module cannot be loaded/,
    ],
    ["that throws", "./throws.js", { "throws.js": "throw new Error('no')" }, /cannot be loaded/],
    [
      "without a default export",
      "./none.js",
      { "none.js": "export const extract = 1" },
      /none\.js: the module's default export is no extractor.*docs\/extractors\.md/,
    ],
    [
      "that exports something else",
      "./rule.js",
      { "rule.js": "export default { id: 'r', narrow: () => [] }" },
      /default export is no extractor/,
    ],
  ])("%s is refused", async (_, extractor, files, message) => {
    const folder = copyWith({ "recipe.yaml": ownRecipe(extractor), ...files });
    expect((await faultOf(open(folder))).message).toMatch(message);
  });

  it("a package that is not installed is an extractor that nobody knows", async () => {
    const fault = await faultOf(open(copyWith({ "recipe.yaml": ownRecipe("salvage-missing") })));
    expect(JSON.stringify(fault)).toContain("salvage-missing");
  });
});
