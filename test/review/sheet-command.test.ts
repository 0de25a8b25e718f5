/** `salvage review --export` and `--import` as they are typed. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readDecisions } from "../../src/decisions/file.ts";
import { readSheetFile } from "../../src/review/sheet-files.ts";
import { salvage } from "../cli/harness.ts";
import { temporaryFolder } from "../incident.ts";
import { decisionsOf, runPeople } from "./people.ts";

async function exported(name: string) {
  const { incident } = await runPeople();
  const cwd = temporaryFolder();
  const review = (...argv: readonly string[]) => salvage(["review", "--dir", incident.directory, ...argv], { cwd });
  const outcome = await review("--export", name);
  return { incident, file: path.join(cwd, name), review, outcome };
}

/** Writes a choice into the line of a key. */
async function choose(file: string, key: string, choice: string): Promise<void> {
  const [head = [], ...rows] = await readSheetFile(file);
  const changed = rows.map((cells) => (cells[1] === key ? cells.with(head.indexOf("choice"), choice) : cells));
  const lines = [head, ...changed].map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","));
  fs.writeFileSync(file, lines.join("\n"));
}

describe("salvage review with a sheet", () => {
  it("writes it, and notes what was decided in it", async () => {
    const { incident, file, review, outcome } = await exported("open.csv");
    expect([outcome.code, outcome.stdout.split("\n")[0]]).toEqual([0, "10 items to decide in open.csv"]);
    await choose(file, "001", "2");
    const imported = await review("--import", "open.csv", "--by", "anna", "--why", "called them");
    expect([imported.code, imported.stdout]).toEqual([
      0,
      "1 decision noted in decisions.yaml; salvage run applies it.\n",
    ]);
    expect(readDecisions(decisionsOf(incident))[0]).toMatchObject({ by: "anna", why: "called them" });
    expect((await review("--import", "open.csv", "--by", "a", "--why", "b", "--json")).stdout).toContain('"known": 1');
  });

  it("tells every fault with its line, and notes nothing", async () => {
    const { incident, file, review } = await exported("open.csv");
    await choose(file, "001", "Ada");
    await choose(file, "002", "2");
    const { code, stderr } = await review("--import", "open.csv");
    expect(code).toBe(2);
    expect(stderr).toMatch(/2 lines of the sheet cannot be read:\n\s*line \d+: .*who and why.*\n?/s);
    expect(stderr).toContain('choice "Ada": expected a claim\'s number');
    expect(fs.existsSync(decisionsOf(incident))).toBe(false);
  });

  it.each([
    [["--export", "a.csv", "--import", "b.csv"], "different things to do"],
    [["--by", "anna"], "sign the lines of a sheet that is imported"],
    [["--import", "none.xlsx"], "the sheet is not there"],
    [["--export", "open.ods"], "a .csv or an .xlsx file"],
  ])("%j is refused in plain words", async (argv, message) => {
    const { incident } = await runPeople();
    const { code, stderr } = await salvage(["review", "--dir", incident.directory, ...argv]);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  });
});
