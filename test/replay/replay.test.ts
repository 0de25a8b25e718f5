/** `salvage replay` of incidents in their directories. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { salvage } from "../cli/harness.ts";
import { temporaryFolder } from "../incident.ts";
import { ranTowns, replayed, stateOf, towns } from "./incidents.ts";

function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("an incident that nobody touched", () => {
  it("comes out as it did; the incident is only read, and nothing stays behind", async () => {
    const cwd = await ranTowns();
    const before = stateOf(path.join(cwd, "incidents/towns"));
    const scratches = temporaryFolder();
    vi.stubEnv("TMPDIR", scratches);
    const { code, stdout } = await salvage(["replay"], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringContaining("comes out as it did, byte for byte")]);
    expect(stdout).toContain("evidence  3 files unchanged");
    expect(stdout).toMatch(/outputs {3}\d+ identical, 0 different/);
    expect(stdout).toContain("journal.ndjson (who ran it, and when)");
    expect(stateOf(path.join(cwd, "incidents/towns"))).toEqual(before);
    expect(fs.readdirSync(scratches)).toEqual([]);
  });

  it("--keep keeps the replay, in an empty folder only", async () => {
    const cwd = await ranTowns();
    expect((await replayed(cwd, ["--dir", "incidents/towns", "--keep", "again"])).code).toBe(0);
    expect(fs.existsSync(path.join(cwd, "again/incident/out/manifest.json"))).toBe(true);
    const { code, stderr } = await salvage(["replay", "--keep", "again"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("Name an empty folder")]);
  });

  it("decisions are applied again", async () => {
    const cwd = await ranTowns();
    const decided = ["decide", "Towns", "2", "Name", "--value", "Lyon", "--by", "anna", "--why", "asked"];
    expect(await salvage([...decided, "--dir", "incidents/towns"], { cwd })).toMatchObject({ code: 0 });
    const early = await replayed(cwd);
    expect(early).toMatchObject({ code: 1, report: { result: "different" } });
    expect(early.report.causes).toEqual(["1 decision noted since the last run: `salvage run` applies it"]);
    await salvage(["run", "recipes/rescue.yaml", "--dir", "incidents/towns"], { cwd });
    expect(await replayed(cwd)).toMatchObject({ code: 0, report: { result: "same" } });
  });

  it("hashes of masked values come from the same key", async () => {
    const recipe = `${towns["recipes/rescue.yaml"]}report: { mask: [Name=hash] }\n`;
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe });
    expect(await replayed(cwd)).toMatchObject({ code: 0, report: { result: "same" } });
  });

  it("a rule of the recipe's own belongs to the evidence, with what it imports", async () => {
    const recipe = `${towns["recipes/rescue.yaml"]}rules: { default: [{ rule: ./longest.mjs }] }\n`;
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe, ...ownRule });
    expect(await replayed(cwd)).toMatchObject({ code: 0, report: { evidence: { unchanged: 5 } } });
    fs.appendFileSync(path.join(cwd, "recipes/length.mjs"), "\n");
    const { code, report } = await replayed(cwd);
    expect(code).toBe(1);
    expect(report.evidence?.changed).toMatchObject([{ source: null, path: "length.mjs", what: "content" }]);
  });
});

const ownRule = {
  "recipes/length.mjs": "export const lengthOf = (value) => String(value).length;\n",
  "recipes/longest.mjs": `import { lengthOf } from "./length.mjs";
export default {
  id: "longest", summary: "The longest.", options: undefined, example: "",
  narrow(groups) {
    const most = Math.max(...groups.map(({ value }) => lengthOf(value)));
    return groups.filter(({ value }) => lengthOf(value) === most);
  },
};
`,
};

describe("evidence", () => {
  it("that was changed is named with both hashes", async () => {
    const cwd = await ranTowns();
    const changed = `${towns["evidence/old.csv"]}9,Nancy\n`;
    fs.writeFileSync(path.join(cwd, "evidence/old.csv"), changed);
    const { code, report } = await replayed(cwd);
    expect(code).toBe(1);
    const hashes = { recorded: sha256(towns["evidence/old.csv"]), now: sha256(changed) };
    expect(report.evidence?.changed).toEqual([
      { source: "old", path: "../evidence/old.csv", what: "content", ...hashes },
    ]);
    expect(report.causes[0]).toBe("1 file of the evidence is not as recorded");
    const { stdout } = await salvage(["replay"], { cwd });
    for (const said of [hashes.recorded, hashes.now, "../evidence/old.csv (source old): another content"])
      expect(stdout).toContain(said);
  });

  it("that is missing is named with its hash and what to do; nothing is replayed", async () => {
    const cwd = await ranTowns();
    fs.rmSync(path.join(cwd, "evidence/old.csv"));
    const { code, report } = await replayed(cwd);
    expect([code, report.result, report.outputs]).toEqual([2, "impossible", null]);
    expect(report.evidence?.missing).toEqual([
      {
        source: "old",
        path: "../evidence/old.csv",
        recorded: sha256(towns["evidence/old.csv"]),
        remedy: `Put it back as ${path.join(cwd, "evidence/old.csv")}`,
      },
    ]);
  });

  it("that a pattern stands for only now is told", async () => {
    const cwd = await ranTowns();
    fs.writeFileSync(path.join(cwd, "evidence/sheet-2.csv"), "TownID,Name\n2,Lyonss\n");
    const { code, report } = await replayed(cwd);
    expect([code, report.evidence?.added]).toEqual([1, [{ source: "sheet", path: "../evidence/sheet-2.csv" }]]);
  });

  it("that is dated by its files has to have its times", async () => {
    const recipe = towns["recipes/rescue.yaml"].replace("old.csv,", "old.csv, asOf: { modified: true },");
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe });
    expect(await replayed(cwd)).toMatchObject({ code: 0 });
    fs.utimesSync(path.join(cwd, "evidence/old.csv"), 1_700_000_000, 1_700_000_000);
    const { code, report } = await replayed(cwd);
    expect([code, report.evidence?.changed[0]]).toMatchObject([
      1,
      { what: "modification time", now: "2023-11-14T22:13:20.000Z" },
    ]);
  });

  it("whose path comes from a variable is found by it, and the value is not shown", async () => {
    const recipe = towns["recipes/rescue.yaml"].replace("../evidence/old.csv", '"${env:OLD}"');
    const env = { OLD: "../evidence/old.csv" };
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe }, env);
    expect(await replayed(cwd, ["incidents/towns"], env)).toMatchObject({ code: 0 });
    const { code, report } = await replayed(cwd);
    expect([code, report.evidence?.missing[0]]).toMatchObject([
      2,
      { path: "${env:OLD}", remedy: "Set OLD as it was for the run" },
    ]);
  });

  it("a program is not run again: what it printed is read", async () => {
    const program = '#!/bin/sh\nprintf \'{"TownID":2,"Name":"Lyon"}\\n\'\n';
    const recipe = `${towns["recipes/rescue.yaml"]}  tool: { extractor: exec, command: [./tool.sh], tables: { Towns: {} } }\n`;
    const cwd = fs.realpathSync(temporaryFolder());
    const files = { ...towns, "recipes/rescue.yaml": recipe, "recipes/tool.sh": program };
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.join(cwd, path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(cwd, name), text, { mode: 0o755 });
    }
    const ran = await salvage(["run", "recipes/rescue.yaml", "--dir", "incidents/towns"], { cwd });
    expect(ran.code, ran.stderr).toBe(0);
    fs.rmSync(path.join(cwd, "recipes/tool.sh"));
    const before = stateOf(path.join(cwd, "incidents/towns"));
    expect(await replayed(cwd)).toMatchObject({ code: 0, report: { evidence: { unchanged: 4 } } });
    expect(stateOf(path.join(cwd, "incidents/towns"))).toEqual(before);
    const bagged = await salvage(["bag"], { cwd });
    expect(bagged.code, bagged.stderr).toBe(0);
    expect(await replayed(cwd, ["towns.bag"])).toMatchObject({ code: 0, report: { result: "same" } });
  });
});

describe("outputs", () => {
  it("that were changed, are missing or are nobody's are named, a text with the first line that differs", async () => {
    const cwd = await ranTowns();
    const incident = path.join(cwd, "incidents/towns");
    const page = path.join(incident, "report/report.md");
    const [head = "", ...rest] = fs.readFileSync(page, "utf8").split("\n");
    fs.writeFileSync(page, [`${head}!`, ...rest].join("\n"));
    fs.rmSync(path.join(incident, "report/withheld.csv"));
    fs.writeFileSync(path.join(incident, "out/99-mine.sql"), "DROP TABLE Towns\n");
    const { code, report } = await replayed(cwd);
    expect([code, report.outputs?.different]).toMatchObject([
      1,
      [
        { path: "out/99-mine.sql", what: "additional", now: null },
        { path: "report/report.md", what: "changed", first: { line: 1, recorded: `${head}!`, now: head } },
        { path: "report/withheld.csv", what: "missing", recorded: null },
      ],
    ]);
    expect(report.causes).toEqual([
      "the scripts were written by `salvage emit` with other options; or these files were changed by hand",
    ]);
  });

  it("a report with other masks is known as one", async () => {
    const cwd = await ranTowns();
    await salvage(["report", "--dir", "incidents/towns", "--mask", "Name"], { cwd });
    const { code, report } = await replayed(cwd);
    expect([code, report.causes[0]]).toEqual([1, expect.stringContaining("`salvage report`, with other masks")]);
  });

  it("another version of salvage is a likely cause", async () => {
    const cwd = await ranTowns();
    const journal = path.join(cwd, "incidents/towns/journal.ndjson");
    fs.writeFileSync(
      journal,
      fs.readFileSync(journal, "utf8").replaceAll(/"tablesalvage":"[^"]*"/g, '"tablesalvage":"0.0.1"'),
    );
    fs.appendFileSync(path.join(cwd, "incidents/towns/report/report.md"), "\n");
    const { report } = await replayed(cwd);
    expect(report.causes[0]).toMatch(/^the last run was made by tablesalvage 0\.0\.1; this is tablesalvage \d/);
  });
});

it.each([
  ["no incident", () => {}, "no incident lies here"],
  [
    "one that did not end",
    (incident: string) => fs.rmSync(path.join(incident, "summary.json")),
    "no run came to its end",
  ],
])("of %s it says so", async (what, damage, said) => {
  const cwd = what === "no incident" ? temporaryFolder() : await ranTowns();
  damage(path.join(cwd, "incidents/towns"));
  const { code, stderr } = await salvage(["replay", "incidents/towns"], { cwd });
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
});
