/** What a drill's plan may say, and what people are told who say something else. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { clearDirectory } from "../../src/drill/directory.ts";
import { simulateHistory, truthOf } from "../../src/drill/history/simulate.ts";
import { checkNames } from "../../src/drill/plan/check.ts";
import { loadPlan, parsePlan } from "../../src/drill/plan/load.ts";
import type { DrillPlan } from "../../src/drill/plan/model.ts";
import { readSweep } from "../../src/drill/plan/sweep.ts";
import { deriveSurvivor } from "../../src/drill/survivors/derive.ts";
import { requireFits } from "../../src/drill/survivors/fits.ts";
import { formatIds } from "../../src/drill/survivors/formats/registry.ts";
import { generateShop } from "../../src/drill/truth/generate.ts";
import { salvage } from "../cli/harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/drill");
const ready = path.join(import.meta.dirname, "../../recipes/drills/bad-update.yaml");
const shop = generateShop({ seed: 1, scale: 0.05, until: Date.parse("2026-03-14T09:25:59Z") });

function refusalOf(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

function textOf(name: string): string {
  return fs.readFileSync(path.join(fixtures, name), "utf8");
}

function planOf(more: string): DrillPlan {
  const least = [
    "drill: small",
    "truth: { generate: shop }",
    "disaster: { at: 2026-03-14T09:26:00Z, strikes: [{ drop: all }] }",
    ...(more.includes("survivors:") ? [] : ["survivors: { backup: { format: csv } }"]),
  ];
  return parsePlan(`${least.join("\n")}\n${more}\n`, "small.yaml");
}

describe("faults of a plan", () => {
  it("are told all at once, each with its place and what may have been meant", async () => {
    const { message } = refusalOf(() => parsePlan(textOf("faults.yaml"), "faults.yaml"));
    await expect(message).toMatchFileSnapshot("golden/plan-faults.txt");
  });

  it("in its names are told all at once, whatever names them", async () => {
    const plan = parsePlan(textOf("names.yaml"), "names.yaml");
    const tables = shop.tables.map(({ table }) => table);
    await expect(refusalOf(() => checkNames(plan, tables)).message).toMatchFileSnapshot("golden/plan-names.txt");
  });

  it.each(["", "- a\n", "drill: [\n", "drill: a\ndrill: b\n", "drill: ../up\n"])("%j is no plan", (text) => {
    expect(refusalOf(() => parsePlan(text, "p.yaml")).message).toMatch(
      /the drill has (?:a fault|\d+ faults):\np\.yaml:/,
    );
  });

  it("a ready drill has none", () => {
    const plan = loadPlan(ready);
    expect(() =>
      checkNames(
        plan,
        shop.tables.map(({ table }) => table),
      ),
    ).not.toThrow();
    expect(plan).toMatchObject({
      drill: "bad-update",
      seed: 1,
      truth: { scale: 1 },
      at: Date.parse("2026-03-14T09:26:00Z"),
    });
  });

  it("--seed and --scale outweigh the plan", () => {
    expect(loadPlan(ready, { seed: 7, scale: 0.5 })).toMatchObject({
      seed: 7,
      truth: { generate: "shop", scale: 0.5 },
    });
  });
});

describe("damage", () => {
  const damages: Readonly<Record<string, string>> = {
    missing: "false",
    sampleRows: "95%",
    duplicates: "5%",
    clockSkew: "30s",
    withoutColumns: "{ dbo.Orders: [Comment] }",
    conflictRate: "5%",
    foreignRows: "20%",
    keepsDeleted: "true",
    renumber: "[dbo.Customers]",
    encoding: "windows-1252",
    excel: "true",
    cutAt: "80%",
    corrupt: "3%",
  };
  const rows = ["withoutColumns", "conflictRate", "foreignRows", "keepsDeleted", "renumber"];
  const always = new Set(["missing", "sampleRows", "duplicates", "clockSkew"]);
  // As docs/drills.md has it.
  const takes: Readonly<Record<string, readonly string[]>> = {
    csv: [...rows, "encoding", "excel", "cutAt", "corrupt"],
    json: [...rows, "cutAt", "corrupt"],
    "sql-script": [...rows, "encoding", "cutAt", "corrupt"],
    trace: ["encoding", "cutAt", "corrupt"],
    debezium: ["cutAt", "corrupt"],
  };
  /** These need a program or a server to write anything at all. */
  const others = new Set(["sqlite3-dump", "pg_dump", "mysqldump", "libreoffice"]);
  const cases = formatIds.flatMap((format) =>
    Object.keys(damages).map((damage) => {
      const fits = always.has(damage) || (takes[format] ?? rows).includes(damage);
      return { format, damage, fits };
    }),
  );

  async function derive(format: string, damage: string): Promise<readonly unknown[]> {
    const plan = planOf(`survivors: { it: { format: ${format}, damage: { ${damage}: ${damages[damage]} } } }`);
    const history = simulateHistory(shop, plan.history, plan);
    const given = { plan, history, wreck: truthOf(history), strikes: [], environment: {} };
    for (const each of plan.survivors) requireFits(each);
    const survivors = await Promise.all(plan.survivors.map((each) => deriveSurvivor(each, given)));
    return survivors.flatMap(({ files }) => files);
  }

  it.each(cases.filter(({ format, fits }) => fits && !others.has(format)))(
    "$format takes $damage",
    async ({ format, damage }) => {
      expect((await derive(format, damage)).length).toBeGreaterThan(0);
    },
  );

  it.each(cases.filter(({ fits }) => !fits))("$format does not take $damage", async ({ format, damage }) => {
    const what = `the survivor it is written as ${format}, which cannot be damaged by ${damage}`;
    await expect(derive(format, damage)).rejects.toThrow(what);
  });

  it("the page on drills has a row for each kind, in these columns", () => {
    const page = fs.readFileSync(path.join(import.meta.dirname, "../../docs/drills.md"), "utf8");
    const columns = ["csv", "json", "sql-script", "sqlite", "trace", "debezium"];
    for (const damage of Object.keys(damages)) {
      const line = page.split("\n").find((each) => each.startsWith(`| \`${damage}:`)) ?? "";
      const ticks = line.split("|").slice(3, -1);
      const told = ticks.map((cell) => cell.trim() === "✓");
      expect([damage, told]).toEqual([
        damage,
        columns.map((format) => always.has(damage) || (takes[format] ?? rows).includes(damage)),
      ]);
    }
  });

  it.each([
    ["a log of what the disaster left", "format: trace, of: wreck", "nothing changes there"],
    [
      "overwritten bytes that may be text",
      "format: csv, damage: { corrupt: 3%, encoding: windows-1252 }",
      "may be text like others",
    ],
  ])("%s is refused", (_name, survivor, what) => {
    const plan = planOf(`survivors: { it: { ${survivor} } }`);
    expect(refusalOf(() => plan.survivors.forEach((each) => requireFits(each))).what).toContain(what);
  });
});

describe("bars", () => {
  it.each([
    ["rowRecall: 99%", ">=", 0.99],
    ["rowRecall: 0.99", ">=", 0.99],
    ['rowRecall: "= 100%"', "=", 1],
    ['cellsRight: ">98.5%"', ">", 0.985],
    ["wronglySilent: 1%", "<=", 0.01],
    ["wrong: 0", "<=", 0],
    ['resurrected: "< 3"', "<", 3],
    ["chimeric: 3", "<=", 3],
    ["recoveryPoint: 1h", "<=", 3_600_000],
    ['recoveryTime: "< 4h"', "<", 14_400_000],
    ['peopleTime: "<= 90s"', "<=", 90_000],
  ])("%s", (written, operator, value) => {
    const { bars } = planOf(`bars: { ${written} }`);
    const bar = bars.find(({ id }) => id === written.split(":")[0]);
    expect(bar?.comparison).toEqual({ operator, value });
    expect(bar?.written.startsWith(`${operator} `)).toBe(true);
  });

  it("nothing may be fabricated unless the plan says otherwise", () => {
    expect(planOf("").bars).toEqual([{ id: "fabricated", comparison: { operator: "<=", value: 0 }, written: "<= 0" }]);
    expect(planOf("bars: { fabricated: 3 }").bars[0]?.comparison.value).toBe(3);
  });
});

describe("--sweep", () => {
  it.each([
    ["conflictRate=0..0.5", [0, 0.1, 0.2, 0.3, 0.4, 0.5]],
    ["conflictRate=0..1:2", [0, 1]],
    ["sampleRows=100%..50%:3", [1, 0.75, 0.5]],
    ["cutAt=0.5", [0.5]],
    ["corrupt=0,0.1,30%", [0, 0.1, 0.3]],
    ["clockSkew=0s..10m:3", [0, 300_000, 600_000]],
    ["clockSkew=0,90s", [0, 90_000]],
  ])("%s", (text, values) => {
    expect(readSweep(text)).toEqual({ parameter: text.split("=")[0], values });
  });

  it.each([
    ["", "names no damage that has a size"],
    ["conflictRate", "names no damage that has a size"],
    ["conflictrate=0..1", 'did you mean "conflictRate"?'],
    ["excel=0..1", "names no damage that has a size"],
    ["conflictRate=0..2", "cannot be read"],
    ["conflictRate=-1..1", "cannot be read"],
    ["conflictRate=0..", "cannot be read"],
    ["conflictRate=0..1:1", "cannot be read"],
    ["conflictRate=0..1:102", "cannot be read"],
    ["conflictRate=0..1:99999999999", "cannot be read"],
    ["conflictRate=0,,1", "cannot be read"],
    ["conflictRate= ", "cannot be read"],
    ["conflictRate=0x1", "cannot be read"],
    ["conflictRate=10m", "cannot be read"],
    ["clockSkew=0..0.5", "cannot be read"],
  ])("%j is refused", (text, why) => {
    expect(refusalOf(() => readSweep(text)).what).toContain(why);
  });

  it("of what no survivor has is told", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "drill-"));
    try {
      const { code, stderr } = await salvage([
        "drill",
        ready,
        "--dir",
        folder,
        "--scale",
        "0.05",
        "--sweep",
        "foreignRows=0..1",
      ]);
      expect(code).toBe(2);
      expect(stderr).toContain("no survivor of the drill bad-update is damaged by foreignRows");
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe("the command line", () => {
  it.each([
    ["--seed", "-1"],
    ["--seed", "1.5"],
    ["--seed", "one"],
    ["--seed", "1234567890"],
    ["--scale", "0"],
    ["--scale", "-1"],
    ["--scale", "1e3"],
    ["--scale", "1000000"],
    ["--scale", "much"],
  ])("refuses %s %s before anything is written", async (option, value) => {
    const folder = path.join(os.tmpdir(), `drill-never-${process.pid}`);
    const { code, stderr } = await salvage(["drill", ready, "--dir", folder, `${option}=${value}`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${option} takes one number, and not ${JSON.stringify(value)}`);
    expect(fs.existsSync(folder)).toBe(false);
  });
});

function inFolder(names: readonly string[], work: (folder: string) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "drill-"));
  try {
    for (const name of names) fs.writeFileSync(path.join(folder, name), name);
    work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("a drill's directory", () => {
  it("is refused where somebody else's things lie in it, and nothing is removed", () =>
    inFolder(["thesis.txt", "journal.ndjson"], (folder) => {
      expect(refusalOf(() => clearDirectory(folder)).what).toContain("no drill wrote");
      expect(fs.readdirSync(folder)).toEqual(["journal.ndjson", "thesis.txt"]);
    }));

  it("is refused where a plan lies in it, and the truth beside that", () =>
    inFolder(["drill.yaml", "shop.db"], (folder) => {
      expect(refusalOf(() => clearDirectory(folder)).what).toContain("no drill wrote");
      expect(fs.readdirSync(folder)).toEqual(["drill.yaml", "shop.db"]);
    }));

  it("is refused where an incident lies in it, journal and all", () =>
    inFolder(["journal.ndjson", "recipe.yaml", "summary.json"], (folder) => {
      expect(refusalOf(() => clearDirectory(folder)).what).toContain("summary.json, which no drill wrote");
      expect(fs.readdirSync(folder)).toHaveLength(3);
    }));

  it("is refused where it is a file", () =>
    inFolder(["file"], (folder) => {
      expect(refusalOf(() => clearDirectory(path.join(folder, "file"))).what).toContain("no drill wrote");
      expect(fs.readdirSync(folder)).toEqual(["file"]);
    }));

  it("may be empty, or not there", () =>
    inFolder([], (folder) => {
      expect(() => clearDirectory(folder)).not.toThrow();
      expect(() => clearDirectory(path.join(folder, "not-there"))).not.toThrow();
    }));

  it("is cleared but for its journal where it is a drill's own", () =>
    inFolder(["drill.yaml", "journal.ndjson", "scorecard.json"], (folder) => {
      clearDirectory(folder);
      expect(fs.readdirSync(folder)).toEqual(["journal.ndjson"]);
    }));
});
