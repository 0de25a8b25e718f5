/** `salvage bag`, and replays from bags. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { salvage } from "../cli/harness.ts";
import { temporaryFolder } from "../incident.ts";
import { ranTowns, replayed, towns } from "./incidents.ts";

async function bagged(cwd: string, ...argv: readonly string[]): Promise<string> {
  const { code, stderr } = await salvage(["bag", ...argv], { cwd });
  expect(code, stderr).toBe(0);
  return path.join(cwd, "towns.bag");
}

/** The files of a folder with their bytes. */
function bytesOf(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return new Map(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name)).toString("base64")]),
  );
}

/** As somebody would who wants a changed bag to look whole. */
function seal(bag: string): void {
  const names = [...bytesOf(bag).keys()];
  const list = (chosen: readonly string[]): string =>
    chosen
      .map(
        (name) =>
          `${createHash("sha256")
            .update(fs.readFileSync(path.join(bag, name)))
            .digest("hex")}  ${name}\n`,
      )
      .join("");
  fs.writeFileSync(path.join(bag, "manifest-sha256.txt"), list(names.filter((name) => name.startsWith("data/"))));
  fs.writeFileSync(
    path.join(bag, "tagmanifest-sha256.txt"),
    list(["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]),
  );
}

describe("a bag", () => {
  it("is one by RFC 8493, whoever checks it", async () => {
    const bag = await bagged(await ranTowns());
    for (const list of ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
      expect(execFileSync("sha256sum", ["--check", "--strict", list], { cwd: bag, encoding: "utf8" })).not.toContain(
        "FAILED",
      );
    const files = [...bytesOf(bag)].filter(([name]) => name.startsWith("data/"));
    const bytes = files.reduce((sum, [, base64]) => sum + Buffer.from(base64, "base64").length, 0);
    expect(fs.readFileSync(path.join(bag, "bag-info.txt"), "utf8")).toMatch(
      new RegExp(
        `^External-Identifier: towns\nBag-Software-Agent: tablesalvage [0-9.]+\nPayload-Oxum: ${bytes}\\.${files.length}\n$`,
      ),
    );
    expect(fs.readFileSync(path.join(bag, "bagit.txt"), "utf8")).toBe(
      "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    );
    const names = files.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(["data/files/evidence/schema.sql", "data/incident/recipe.yaml"]));
    expect(names.filter((name) => name.includes("staging"))).toEqual([]);
  });

  it("of the same incident has the same bytes", async () => {
    const cwd = await ranTowns();
    const first = bytesOf(await bagged(cwd));
    await bagged(cwd, "incidents/towns", "--to", "elsewhere/second.bag");
    expect(bytesOf(path.join(cwd, "elsewhere/second.bag"))).toEqual(first);
    expect(fs.readdirSync(path.join(cwd, "elsewhere"))).toEqual(["second.bag"]);
  });

  it("takes the place of nothing, and is never half there", async () => {
    const cwd = await ranTowns();
    await bagged(cwd);
    expect(await salvage(["bag"], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining("--to") });
    fs.appendFileSync(path.join(cwd, "evidence/old.csv"), "9,Nancy\n");
    const { code, stderr } = await salvage(["bag", "--to", "other.bag"], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("is not what the run read")]);
    expect(fs.readdirSync(cwd).filter((name) => name.startsWith("other.bag"))).toEqual([]);
    const inside = await salvage(["bag", "--to", "incidents/towns/out/x.bag"], { cwd });
    expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining("own directory") });
  });

  it("is replayed elsewhere, without what it was made of, whatever its times are", async () => {
    const recipe = `${towns["recipes/rescue.yaml"].replace("old.csv,", "old.csv, asOf: { modified: true },")}rules: { default: [{ rule: ./first.mjs }] }\n`;
    const rule = `export default { id: "first", summary: "", options: undefined, example: "",
  narrow: (groups) => groups.slice(0, 1) };\n`;
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe, "recipes/first.mjs": rule });
    const elsewhere = path.join(temporaryFolder(), "deep", "down");
    fs.mkdirSync(path.dirname(elsewhere));
    fs.cpSync(await bagged(cwd), elsewhere, { recursive: true });
    fs.rmSync(cwd, { recursive: true });
    expect(await replayed(path.dirname(elsewhere), ["down"])).toMatchObject({
      code: 0,
      report: { result: "same", bag: { faults: [] }, evidence: { changed: [], missing: [], added: [] } },
    });
  });

  it("of a recipe with absolute paths and variables is replayed without them", async () => {
    const cwd = fs.realpathSync(temporaryFolder());
    const recipe = towns["recipes/rescue.yaml"]
      .replace("../evidence/old.csv", `"\${env:VAULT}/old.csv"`)
      .replace("../evidence/sheet*.csv", `${cwd}/evidence/sheet*.csv`)
      .replace("../evidence/schema.sql", `${cwd}/evidence/schema.sql`);
    const env = { VAULT: `${cwd}/vault` };
    for (const [name, text] of Object.entries({
      ...towns,
      "recipes/rescue.yaml": recipe,
      "vault/old.csv": towns["evidence/old.csv"],
    })) {
      fs.mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      fs.writeFileSync(path.join(cwd, name), text);
    }
    const ran = await salvage(["run", "recipes/rescue.yaml", "--dir", "incidents/towns"], { cwd, env });
    expect(ran.code, ran.stderr).toBe(1);
    const packed = await salvage(["bag"], { cwd, env });
    expect(packed.code, packed.stderr).toBe(0);
    const elsewhere = temporaryFolder();
    fs.cpSync(path.join(cwd, "towns.bag"), path.join(elsewhere, "towns.bag"), { recursive: true });
    fs.rmSync(cwd, { recursive: true });
    const { code, report, stderr } = await replayed(elsewhere, ["towns.bag"]);
    expect([code, report.result], stderr).toEqual([0, "same"]);
  });

  it("without evidence is replayed where that still lies, and says what is missing", async () => {
    const cwd = await ranTowns();
    const bag = await bagged(cwd, "--without-evidence");
    expect(fs.existsSync(path.join(bag, "data/files/evidence/schema.sql"))).toBe(true);
    expect(fs.existsSync(path.join(bag, "data/files/evidence/old.csv"))).toBe(false);
    expect(await replayed(cwd, ["towns.bag"])).toMatchObject({ code: 0, report: { result: "same" } });
    fs.renameSync(path.join(cwd, "evidence"), path.join(cwd, "gone"));
    const { code, report } = await replayed(cwd, ["towns.bag"]);
    expect(code).toBe(2);
    expect(report.evidence?.missing.map(({ remedy }) => remedy)).toEqual([
      `Put it back as ${path.join(cwd, "evidence/old.csv")}`,
      `Put it back as ${path.join(cwd, "evidence/sheet.csv")}`,
    ]);
  });

  it("that is damaged is not replayed: each file is named with both hashes", async () => {
    const bag = await bagged(await ranTowns());
    fs.appendFileSync(path.join(bag, "data/files/evidence/old.csv"), "9,Nancy\n");
    fs.rmSync(path.join(bag, "data/incident/summary.json"));
    fs.writeFileSync(path.join(bag, "data/extra.txt"), "");
    const { code, report } = await replayed(path.dirname(bag), ["towns.bag"]);
    expect([code, report.outputs]).toEqual([1, null]);
    expect(report.bag?.faults).toMatchObject([
      { path: "data/files/evidence/old.csv", what: "changed", recorded: expect.any(String), now: expect.any(String) },
      { path: "data/incident/summary.json", what: "missing", now: null },
      { path: "data/extra.txt", what: "additional", recorded: null },
    ]);
    const { stdout } = await salvage(["replay", "towns.bag"], { cwd: path.dirname(bag) });
    expect(stdout).toContain("data/extra.txt is not on the bag's list");
  });

  it("without its declaration is a damaged bag, and no incident", async () => {
    const bag = await bagged(await ranTowns());
    fs.rmSync(path.join(bag, "bagit.txt"));
    const { code, report } = await replayed(path.dirname(bag), ["towns.bag"]);
    expect([code, report.bag?.faults]).toMatchObject([1, [{ path: "bagit.txt", what: "missing", now: null }]]);
  });

  it.each(["../outside.txt", "data/../../outside.txt", "/etc/hostname", "data//etc/hostname", "C:/x", "data\\..\\x"])(
    "whose list names %s is refused",
    async (name) => {
      const bag = await bagged(await ranTowns());
      fs.appendFileSync(path.join(bag, "manifest-sha256.txt"), `${"0".repeat(64)}  ${name}\n`);
      const { code, stderr } = await salvage(["replay", bag], { cwd: path.dirname(bag) });
      expect([code, stderr]).toEqual([2, expect.stringContaining("leads out of the bag")]);
    },
  );

  it("with a link in it is refused", async () => {
    const bag = await bagged(await ranTowns());
    fs.rmSync(path.join(bag, "data/files/evidence/old.csv"));
    fs.symlinkSync("/etc/hostname", path.join(bag, "data/files/evidence/old.csv"));
    const { code, stderr } = await salvage(["replay", bag], { cwd: path.dirname(bag) });
    expect([code, stderr]).toEqual([2, expect.stringContaining("may lead out of the bag")]);
  });

  it("whose description or list of evidence leads out of it is refused, though its lists are whole", async () => {
    const bag = await bagged(await ranTowns());
    const file = path.join(bag, "data/incident/evidence.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("../evidence/old.csv", "../../../../etc/hostname"));
    seal(bag);
    const { code, stderr } = await salvage(["replay", bag], { cwd: path.dirname(bag) });
    expect([code, stderr]).toEqual([2, expect.stringContaining("leads out of it")]);
  });

  it("lists names with line breaks and percent signs as the RFC has them", async () => {
    const odd = "a%b\nc.csv";
    const recipe = towns["recipes/rescue.yaml"].replace("../evidence/old.csv", JSON.stringify(`../evidence/${odd}`));
    const cwd = await ranTowns({ "recipes/rescue.yaml": recipe, [`evidence/${odd}`]: towns["evidence/old.csv"] });
    const bag = await bagged(cwd);
    expect(fs.readFileSync(path.join(bag, "manifest-sha256.txt"), "utf8")).toContain(
      "  data/files/evidence/a%25b%0Ac.csv\n",
    );
    expect(await replayed(cwd, ["towns.bag"])).toMatchObject({ code: 0, report: { result: "same" } });
  });
});
