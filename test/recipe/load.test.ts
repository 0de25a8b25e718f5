import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { RecipeError, formatFault } from "../../src/recipe/faults.ts";
import type { RecipeFault } from "../../src/recipe/faults.ts";
import { loadRecipe, parseRecipe } from "../../src/recipe/load.ts";
import { testExtractors } from "./extractors.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/recipe");
const environment = { REPORTING_DIR: "/mnt/secret share", SECRET: 'pass"w\\ord', INCIDENT: "hidden-name" };

function read(name: string): string {
  return fs.readFileSync(path.join(fixtures, name), "utf8");
}

function faultsOf(text: string, file = "recipe.yaml"): RecipeError {
  try {
    parseRecipe(text, file, environment, testExtractors);
  } catch (error) {
    if (error instanceof RecipeError) return error;
    throw error;
  }
  throw new Error("the recipe was accepted");
}

describe("broken recipes: all faults at once, each with its place", () => {
  const broken = fs.readdirSync(path.join(fixtures, "broken")).toSorted();

  it("has cases", () => expect(broken.length).toBeGreaterThan(20));

  it.each(broken)("%s", async (name) => {
    const error = faultsOf(read(`broken/${name}`), name);
    const lines = error.faults.map((fault) => `${formatFault(fault)}\n`).join("");
    await expect(lines).toMatchFileSnapshot(`golden/${name.replace(/yaml$/, "txt")}`);
    expect(error.message.split("\n").slice(1)).toEqual(error.faults.map(formatFault));
  });

  it("names neither a secret nor a form of it", () => {
    const { message, faults } = faultsOf(read("broken/environment.yaml"));
    const said = message + JSON.stringify(faults);
    expect(said).toContain("${env:SECRET}");
    for (const form of [environment.SECRET, 'pass\\"w', "hidden-name"]) expect(said).not.toContain(form);
  });

  it("shows a fault once, however often it is found", () => {
    const all = faultsOf(read("broken/unknown-extractor.yaml")).faults.map(formatFault);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("a valid recipe", () => {
  it("is loaded with paths absolute, times in milliseconds and defaults filled in", async () => {
    const recipe = parseRecipe(read("full.yaml"), "/rescue/full.yaml", environment, testExtractors);
    const { text, ...plain } = recipe;
    expect(text).toBe(read("full.yaml"));
    await expect(`${JSON.stringify(plain, null, 2)}\n`).toMatchFileSnapshot("golden/full.json");
  });

  it("needs little", async () => {
    const recipe = parseRecipe(read("minimal.yaml"), "/rescue/minimal.yaml", environment, testExtractors);
    const { text: _, ...plain } = recipe;
    await expect(`${JSON.stringify(plain, null, 2)}\n`).toMatchFileSnapshot("golden/minimal.json");
  });

  it("keeps the environment out of its text, and redacts it elsewhere", () => {
    const recipe = parseRecipe(read("full.yaml"), "full.yaml", environment, testExtractors);
    expect(recipe.sources[1]?.options["path"]).toBe("/mnt/secret share/reporting.db");
    expect(recipe.text).not.toContain("secret share");
    expect(recipe.redact("open /mnt/secret share/reporting.db")).toBe("open ${env:REPORTING_DIR}/reporting.db");
    expect(recipe.redact("see %2Fmnt%2Fsecret%20share")).toBe("see ${env:REPORTING_DIR}");
  });

  it.each([
    ["contested: null", "null"],
    ['contested: "null"', "null"],
    ["contested: ~", "null"],
    ["contested: withhold", "withhold"],
  ])("reads the policy %s as %s", (policy, expected) => {
    const recipe = parseRecipe(`${read("minimal.yaml")}rules: { ${policy} }\n`, "r.yaml", {}, testExtractors);
    expect(recipe.rules.contested).toBe(expected);
  });

  it.each([2000, 2005, 2008, 2012, 2016, 2022])("takes version %i as a number and as text", (version) => {
    for (const written of [String(version), `"${version}"`]) {
      const text = read("minimal.yaml").replace('"2008"', written);
      expect(parseRecipe(text, "r.yaml", {}, testExtractors).target.version).toBe(String(version));
    }
  });

  it("knows where its parts stand", () => {
    const recipe = parseRecipe(read("full.yaml"), "full.yaml", environment, testExtractors);
    const line = (text: string): number =>
      read("full.yaml")
        .split("\n")
        .findIndex((each) => each.includes(text)) + 1;
    expect(recipe.place([])).toEqual({ file: "full.yaml", line: 2, column: 1 });
    expect(recipe.place(["incident"])).toEqual({ file: "full.yaml", line: 2, column: 11 });
    expect(recipe.place(["incident"], "key")).toEqual({ file: "full.yaml", line: 2, column: 1 });
    expect(recipe.place(["target"])).toMatchObject({ line: line("target:"), column: 1 });
    expect(recipe.place(["target", "tables", 1])).toMatchObject({ line: line("tables: ["), column: 27 });
    expect(recipe.place(["sources", "reporting", "tables", "dbo.Customers", "columns", "Email"], "key")).toMatchObject({
      line: line("cust_key"),
      column: 42,
    });
    expect(recipe.place(["sources", "reporting", "tables", "Orders"], "key")).toMatchObject({
      line: line("Orders: {}"),
    });
    expect(recipe.place(["sources", "backup", "asOf", "no", "such"])).toMatchObject({ line: line("asOf: 2025") });
  });

  it("may begin with a byte order mark", () => {
    expect(parseRecipe(`\uFEFF${read("minimal.yaml")}`, "r.yaml", {}, testExtractors).incident).toBe("minimal");
  });
});

function lateFaultsAt(recoverTo: string, asOf: string): number {
  const text = `${read("minimal.yaml").replace("only.db", `only.db, ${asOf}`)}${recoverTo}\n`;
  return faultsOfAny(text).filter(({ message }) => message.includes("was the source read after the loss?")).length;
}

describe("a source that is later than the last good moment", () => {
  it.each([
    ["recoverTo: 2026-03-14T09:26:00-05:00", "asOf: 2026-03-14T14:26:01Z", 1],
    ["recoverTo: 2026-03-14T09:26:00-05:00", "asOf: 2026-03-14T14:26:00Z", 0],
    ["", "asOf: 2026-03-14T14:26:00Z", 0],
    ["recoverTo: 2026-03-14T09:26:00-05:00", "asOf: 2026-03-14T14:26:01Z, line: production", 1],
    ["recoverTo: 2026-03-14T09:26:00-05:00", "asOf: 2026-03-14T14:26:01Z, line: test", 0],
    ["recoverTo: 2026-03-14T09:26:00-05:00", "trust: 5", 0],
  ])("%s, %s: %i faults", (recoverTo, asOf, faults) => expect(lateFaultsAt(recoverTo, asOf)).toBe(faults));
});

function sourceOf(keys: string) {
  const text = read("minimal.yaml").replace("only.db", `only.db${keys}`);
  return parseRecipe(text, "r.yaml", {}, testExtractors).sources[0];
}

describe("what a source says of itself", () => {
  it.each([
    ["", undefined],
    [", asOf: 2026-03-14T14:26:00Z", "production"],
    [", line: production", "production"],
    [", line: test, asOf: 2026-03-14T14:26:00Z", "test"],
    [", line: test", "test"],
  ])("{ path%s } stands on the line %s", (keys, line) => expect(sourceOf(keys)).toHaveProperty("line", line));

  it("GOTCHAS 39: absence means nothing unless the recipe says that the source is complete", () => {
    expect(sourceOf("")).toMatchObject({ coverage: "partial", keepsDeleted: false });
    expect(sourceOf(", coverage: complete, keepsDeleted: true")).toMatchObject({
      coverage: "complete",
      keepsDeleted: true,
    });
  });

  it("GOTCHAS 42: says how far its clock may be wrong; by default it is right", () => {
    expect(sourceOf("")?.clockSkew).toBe(0);
    expect(sourceOf(", clockSkew: 90s")?.clockSkew).toBe(90_000);
  });

  it("hands none of it to the extractor", () => {
    const common = ", line: test, branchedAt: 2026-01-05T00:00:00Z, clockSkew: 1s, timezone: UTC, coverage: complete";
    expect(sourceOf(common)?.options).toEqual({ path: "only.db" });
  });
});

function zoneFaults(target: string, ...zones: (string | undefined)[]): number {
  const sources = zones.map((zone, index) => {
    const key = zone === undefined ? "" : `, timezone: ${zone}`;
    return `  s${index}: { extractor: sqlite, path: a.db${key} }\n`;
  });
  const text = `incident: z\ntarget: { dialect: sqlserver, version: 2000, schema: s.sql${target} }\nsources:\n`;
  return faultsOfAny(text + sources.join("")).length;
}

describe("the time zone of the lost database", () => {
  it.each([
    ["several zones", "", ["UTC", "America/Chicago"], 1],
    ["several zones and the target's own", ", timezone: America/Chicago", ["UTC", "America/Chicago"], 0],
    ["one zone", "", ["UTC", "UTC", undefined], 0],
    ["one zone under two names", "", ["America/Chicago", "US/Central"], 0],
    ["none", "", [undefined, undefined], 0],
  ])("%s: %j %j gives %i faults", (_what, target, zones, faults) => {
    expect(zoneFaults(target, ...zones)).toBe(faults);
  });
});

describe("files that are no recipe", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recipe-"));
  const write = (name: string, data: string | Buffer): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, data);
    return file;
  };

  it.each([
    [
      "a missing file, with one alike",
      () => path.join(folder, "recipe.yml"),
      /no such recipe.*did you mean "recipe.yaml"/,
    ],
    ["a missing folder", () => path.join(folder, "none/recipe.yaml"), /no such recipe/],
    ["a folder", () => folder, /this is a folder/],
    ["UTF-16", () => write("utf16.yaml", Buffer.from("\uFEFFincident: x", "utf16le")), /not UTF-8/],
    ["a backup", () => write("backup.sql", Buffer.alloc(5 << 20, 32)), /larger than 4 MiB/],
  ])("refuses %s", (_what, file, message) => {
    write("recipe.yaml", read("minimal.yaml"));
    const load = (): unknown => loadRecipe(file(), {}, testExtractors);
    expect(load).toThrow(UserError);
    expect(load).toThrow(message);
  });
});

/** Throws whatever is no RecipeError. */
function faultsOfAny(text: string): readonly RecipeFault[] {
  try {
    parseRecipe(text, "r.yaml", environment, testExtractors);
    return [];
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    return error.faults;
  }
}

function expectPlaced(text: string): void {
  for (const { line, message } of faultsOfAny(text)) {
    expect(line).toBeLessThanOrEqual(text.split("\n").length);
    expect(message).not.toMatch(/undefined|\[object/);
  }
}

describe("whatever the text", () => {
  it("is a recipe or a RecipeError, never another error", () => {
    expect(() => fc.assert(fc.property(fc.string({ unit: "binary" }), expectPlaced))).not.toThrow();
  });

  it("holds for a recipe with a piece cut out and put elsewhere", () => {
    const whole = read("full.yaml");
    const at = fc.nat(whole.length);
    fc.assert(
      fc.property(
        at,
        at,
        at,
        fc.constantFrom("", "\t", "&a ", "*a", "- ", '"', "{", ": ", "!x ", "\n---\n"),
        (a, b, c, put) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          const left = whole.slice(0, from) + whole.slice(to);
          expectPlaced(left.slice(0, c) + put + left.slice(c));
          expect(left.length).toBeLessThanOrEqual(whole.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
