/** The ready drills pass their bars, and a seed makes them the same to the byte. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findTool } from "../support/dump-tools.ts";
import { findMysql, findPostgres } from "../support/servers.ts";
import { bytesOf, hold, readyDrills } from "./harness.ts";

const servers = [await findPostgres(), await findMysql()];

describe("a ready drill passes its bars", () => {
  it.each(readyDrills)("%s", async (drill) => {
    const { code, scorecard, directory, stdout } = await hold(drill);
    const [rebuild] = scorecard.rebuilds;
    expect(rebuild?.bars.filter(({ holds }) => !holds)).toEqual([]);
    expect([code, scorecard.status, scorecard.verdict]).toEqual([0, "completed", "passed"]);
    expect(rebuild?.bars.length).toBeGreaterThan(4);
    expect(stdout).toContain(`${drill}: passed`);
    expect(fs.readFileSync(path.join(directory, "incident/report/index.html"), "utf8")).toContain('id="drill"');
    expect(fs.readFileSync(path.join(directory, "junit.xml"), "utf8")).toContain(`testsuite name="${drill}: sqlite"`);
  });

  const tools = [["sqlite3"], ["pg_dump"], ["mysqldump", "mariadb-dump"], ["soffice", "libreoffice"]];
  const isHere =
    servers.every(({ absent }) => absent === undefined) && tools.every((names) => findTool(...names) !== undefined);

  it.skipIf(!isHere)("other-programs, whose survivors others wrote", async () => {
    const { scorecard, directory } = await hold("other-programs");
    expect(scorecard.rebuilds[0]?.bars.filter(({ holds }) => !holds)).toEqual([]);
    expect(scorecard.verdict).toBe("passed");
    const dump = (name: string): string => fs.readFileSync(path.join(directory, "evidence", name), "utf8");
    const files = fs.readdirSync(path.join(directory, "evidence"), { recursive: true, encoding: "utf8" });
    expect(files.length).toBeGreaterThan(7);
    expect(
      files.filter((name) => name.endsWith(".sql")).some((name) => dump(name).includes("PostgreSQL database dump")),
    ).toBe(true);
  });
});

describe("a seed makes the whole drill the same to the byte", () => {
  it.each(["excel-only", "lost-reporting"])("%s", async (drill) => {
    const argv = ["--leave-one-out", "--seed", "5"];
    const one = await hold(drill, argv);
    vi.stubEnv("TZ", "Asia/Tokyo");
    const other = await hold(drill, argv).finally(() => vi.unstubAllEnvs());
    const [first, second] = [bytesOf(one.directory), bytesOf(other.directory)];
    expect([...first.keys()]).toEqual([...second.keys()]);
    expect([...first].filter(([name, bytes]) => second.get(name) !== bytes).map(([name]) => name)).toEqual([]);
    for (const name of [
      "scorecard.json",
      "junit.xml",
      "mistakes.csv",
      "rebuilt.db",
      "sandbox/production.db",
      "incident/report/index.html",
    ])
      expect(first.has(name)).toBe(true);
  });

  it("another seed is another drill", async () => {
    const [one, other] = [await hold("bad-update", ["--seed", "5"]), await hold("bad-update", ["--seed", "6"])];
    const [first, second] = [one, other].map(({ directory }) => bytesOf(path.join(directory, "evidence")));
    expect(first?.get("nightly/Products.csv")).not.toBe(second?.get("nightly/Products.csv"));
  });
});
