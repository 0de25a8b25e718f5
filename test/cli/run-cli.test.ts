import { describe, expect, it } from "vitest";
import { Fault, UserError } from "../../src/errors.ts";
import { extractors } from "../../src/extract/registry.ts";
import { rules } from "../../src/reconcile/rules/registry.ts";
import { parseRecipe } from "../../src/recipe/load.ts";
import { testExtractors } from "../recipe/extractors.ts";
import { salvage } from "./harness.ts";
import type { RunOptions } from "./harness.ts";
import { cleanReport, extractReport, failedReport, incident, madeUp, runReport } from "./reports.ts";

const cwd = "/rescue";
const commands = [
  "check",
  "drill",
  "run",
  "extract",
  "reconcile",
  "emit",
  "explain",
  "status",
  "apply",
  "verify",
  "extractors",
  "rules",
];

function errorOf(stdout: string): Record<string, unknown> {
  return (JSON.parse(stdout) as { error: Record<string, unknown> }).error;
}

function failing(error: unknown): RunOptions {
  const run = async (): Promise<never> => {
    throw error;
  };
  return { cwd, pipeline: { ...madeUp, run } };
}

async function faultyIncident(): Promise<never> {
  parseRecipe("incident: ../x\nsources: {}\n", "r.yaml", {}, testExtractors);
  throw new Fault("the recipe was accepted");
}

describe("exit codes", () => {
  const clean = extractReport.sources.slice(0, 2);
  it.each<[number, string, string[], RunOptions["pipeline"]]>([
    [0, "a clean run", ["run", "r.yaml"], { run: () => Promise.resolve(cleanReport) }],
    [1, "a run that needs people", ["run", "r.yaml"], {}],
    [2, "a run whose verdict is failed", ["run", "r.yaml"], { run: () => Promise.resolve(failedReport) }],
    [0, "check", ["check", "r.yaml"], {}],
    [1, "an extraction with quarantine", ["extract", "r.yaml"], {}],
    [0, "one without", ["extract", "r.yaml"], { extract: () => Promise.resolve({ ...extractReport, sources: clean }) }],
    [1, "a reconciliation with contested cells", ["reconcile"], {}],
    [0, "one without", ["reconcile"], { reconcile: () => Promise.resolve(cleanReport.summary.tables) }],
    [1, "emit after it", ["emit"], {}],
    [0, "explain", ["explain", "dbo.Orders", "10248"], {}],
    [0, "status", ["status"], {}],
    [0, "extractors", ["extractors"], {}],
    [0, "rules", ["rules"], {}],
    [0, "help", ["--help"], {}],
    [0, "a command's help", ["run", "--help"], {}],
    [0, "the version", ["--version"], {}],
    [2, "no command", [], {}],
    [2, "an unknown command", ["rnu", "r.yaml"], {}],
    [2, "an unknown option", ["run", "r.yaml", "--frobnicate"], {}],
    [2, "a missing argument", ["explain", "dbo.Orders"], {}],
    [2, "an argument too many", ["status", "now"], {}],
    [2, "an option without its value", ["status", "--dir"], {}],
    [2, "--dir twice", ["status", "--dir", "a", "--dir", "b"], {}],
    [2, "a recipe that is not there", ["run", "no-such.yaml"], undefined],
    [2, "a user's error", ["status"], { status: () => Promise.reject(new UserError({ what: "x", remedy: "y" })) }],
    [2, "a full disk", ["status"], { status: () => Promise.reject(Object.assign(new Error("x"), { code: "ENOSPC" })) }],
    [
      2,
      "a full store",
      ["status"],
      { status: () => Promise.reject(Object.assign(new Error("x"), { code: "SQLITE_IOERR_WRITE" })) },
    ],
    [3, "a bug", ["status"], { status: () => Promise.reject(new Fault("no")) }],
    [3, "another bug", ["status"], { status: () => Promise.reject(new TypeError("no")) }],
  ])("%i: %s", async (code, _what, argv, pipeline) => {
    const steps = pipeline === undefined ? {} : { pipeline: { ...madeUp, ...pipeline } };
    const [plain, json] = [
      await salvage(argv, { cwd, ...steps }),
      await salvage([...argv, "--json"], { cwd, ...steps }),
    ];
    expect([plain.code, json.code]).toEqual([code, code]);
  });

  it("130: interrupted, by whatever the step throws for it", async () => {
    const interruption = new AbortController();
    interruption.abort();
    const named = Object.assign(new Error("The operation was aborted"), { name: "AbortError" });
    for (const error of [interruption.signal.reason, named]) {
      const outcome = await salvage(["run", "r.yaml"], { ...failing(error), signal: interruption.signal });
      expect(outcome.code).toBe(130);
      expect(outcome.stderr).toMatch(/interrupted\nRun the same command again/);
    }
    const failed = await salvage(["run", "r.yaml"], { ...failing(new Fault("x")), signal: interruption.signal });
    expect(failed.code).toBe(3);
  });
});

describe("failures", () => {
  it("say what, where, why and what to do, without a stack trace", async () => {
    const cause = new Error("disk on fire\u001B[2J");
    const where = { file: "/rescue/evidence/a.csv", line: 7, table: "dbo.Orders" };
    const outcome = await salvage(
      ["run", "r.yaml"],
      failing(new UserError({ what: "bad\nrow", remedy: "Fix it", where, cause })),
    );
    expect(outcome.stdout).toBe("");
    expect(outcome.stderr).toBe(
      "salvage: evidence/a.csv:7, table dbo.Orders: bad\n  row\n  because: disk on fire\\x1B[2J\nFix it.\n",
    );
  });

  it("show where a bug is", async () => {
    const { stderr, stdout } = await salvage(["run", "r.yaml", "--json"], failing(new Fault("impossible")));
    expect(stderr).toMatch(/^salvage: impossible\n {4}at .*run-cli\.test\.ts/);
    expect(stderr).toContain("This is a bug in salvage.");
    expect(errorOf(stdout)).toEqual({ kind: "bug", exitCode: 3, what: "impossible", remedy: expect.any(String) });
  });

  it("list every fault of a recipe, for people and for --json", async () => {
    const outcome = await salvage(["check", "r.yaml", "--json"], {
      cwd,
      pipeline: { ...madeUp, openIncident: faultyIncident },
    });
    expect(outcome.code).toBe(2);
    expect(errorOf(outcome.stdout)["faults"]).toEqual([
      expect.objectContaining({ line: 1, column: 1, path: "target" }),
      expect.objectContaining({ line: 1, column: 11, path: "incident" }),
      expect.objectContaining({ line: 2, path: "sources", message: "expected at least one source" }),
    ]);
    expect(outcome.stderr.split("\n").filter((line) => line.startsWith("  r.yaml:"))).toHaveLength(3);
  });

  it.each([[[]], [["rnu", "x"]], [["status", "now"]], [["explain"]], [["run", "no-such.yaml"]], [["status", "--dir"]]])(
    "%j is answered with one document where --json asks for it",
    async (argv) => {
      const { stdout, code } = await salvage(["--json", ...argv], { cwd });
      expect(errorOf(stdout)).toMatchObject({ exitCode: code, what: expect.any(String), remedy: expect.any(String) });
    },
  );

  it.each([
    [["rnu", "x"], "unknown command", "Did you mean run?"],
    [["explain"], "arguments are missing: 0 given, at least 2 needed", "`salvage --help`"],
    [["status", "--frob"], "unknown argument: frob", "`salvage --help`"],
  ])("%j: %s", async (argv, what, remedy) => {
    const { stderr } = await salvage(argv, { pipeline: madeUp });
    expect(stderr).toContain(`salvage: ${what}\n`);
    expect(stderr).toContain(remedy);
  });
});

describe("arguments", () => {
  it.each([
    [["007"], ["007"]],
    [["1914310000010100016"], ["1914310000010100016"]],
    [["-5"], ["-5"]],
    [["1e3"], ["1e3"]],
    [[""], [""]],
    [["10248,11"], ["10248", "11"]],
    [["10248, 11"], ["10248", " 11"]],
    [["a\\,b,c\\\\"], ["a,b", "c\\"]],
    [["\\-x,-y"], ["-x", "-y"]],
    [["true"], ["true"]],
  ])("the key %j has the parts %j", async ([key = ""], parts) => {
    let seen: readonly unknown[] = [];
    const explain: typeof madeUp.explain = (_incident, table, given, column) => {
      seen = [table, given, column];
      return madeUp.explain!(_incident, table, given, column);
    };
    const outcome = await salvage(["explain", "dbo.Orders", key, "ShipCity"], {
      cwd,
      pipeline: { ...madeUp, explain },
    });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(seen).toEqual(["dbo.Orders", parts, "ShipCity"]);
  });

  it("a key that ends in a backslash is refused", async () => {
    const { code, stderr } = await salvage(["explain", "t", "a\\"], { cwd, pipeline: madeUp });
    expect([code, stderr]).toEqual([2, expect.stringContaining("ends in a backslash")]);
  });

  it("recipe and --dir start at the working directory, and are optional where a copy is kept", async () => {
    const opened: unknown[] = [];
    const openIncident: typeof madeUp.openIncident = (options) => {
      opened.push([options.recipe, options.directory]);
      return madeUp.openIncident!(options);
    };
    const pipeline = { ...madeUp, openIncident };
    await salvage(["run", "recipes/r.yaml", "--dir", "here"], { cwd, pipeline });
    await salvage(["emit"], { cwd, pipeline });
    await salvage(["reconcile", "/abs/r.yaml"], { cwd, pipeline });
    expect(opened).toEqual([
      ["/rescue/recipes/r.yaml", "/rescue/here"],
      [undefined, undefined],
      ["/abs/r.yaml", undefined],
    ]);
  });

  it.each([
    [["--source", "a", "b"], { only: ["a", "b"], again: false, recapture: false }],
    [["--source", "a", "--source", "b", "--again"], { only: ["a", "b"], again: true, recapture: false }],
    [[], { again: false, recapture: false }],
  ])("extract %j", async (argv, expected) => {
    let seen: unknown;
    const extract: typeof madeUp.extract = (_incident, _services, options) => {
      seen = options;
      return Promise.resolve(extractReport);
    };
    await salvage(["extract", "r.yaml", ...argv], { cwd, pipeline: { ...madeUp, extract } });
    expect(seen).toEqual(expected);
  });

  it.each([
    [["--workers", "3"], 3],
    [["--workers", "1"], 1],
    [[], undefined],
  ])("run %j", async (argv, expected) => {
    let workers: number | undefined;
    const run: typeof madeUp.run = (_incident, { workforce }) => {
      workers = workforce?.workers;
      return Promise.resolve(runReport);
    };
    await salvage(["run", "r.yaml", ...argv], { cwd, pipeline: { ...madeUp, run } });
    expect(workers).toBe(expected);
  });

  it.each(["0", "65", "-1", "2.5", "many", ""])("refuses --workers %j", async (given) => {
    const { code, stderr } = await salvage(["reconcile", `--workers=${given}`], { cwd, pipeline: madeUp });
    expect(code).toBe(2);
    expect(stderr).toContain("--workers takes one number from 1 to 64");
  });
});

describe("results", () => {
  it("run --json is the summary, as summary.json has it", async () => {
    const { stdout } = await salvage(["run", "r.yaml", "--json"], { cwd, pipeline: madeUp });
    expect(JSON.parse(stdout)).toEqual(runReport.summary);
  });

  it("extractors and rules list every one with its options", async () => {
    const listed = JSON.parse((await salvage(["extractors", "--json"])).stdout) as { extractors: { id: string }[] };
    expect(listed.extractors.map(({ id }) => id)).toEqual(extractors.map(({ id }) => id));
    const { stdout } = await salvage(["rules"]);
    for (const { id, summary } of rules) expect(stdout).toContain(`${id}\n  ${summary}`);
  });

  it("no value of the environment is shown, wherever it turns up", async () => {
    const env = { SECRET: "hunter2/\u0007x" };
    const text = `incident: i
target: { dialect: sqlserver, version: 2000, schema: "\${env:SECRET}" }
sources: { a: { extractor: sqlite, path: a.db } }
`;
    const openIncident: typeof madeUp.openIncident = async ({ environment }) => incident(environment, text);
    const run: typeof madeUp.run = (_incident, { reporter }) => {
      reporter.info(`info ${env.SECRET}`);
      reporter.warn(`warn ${env.SECRET}`);
      reporter.task(env.SECRET, "label").finish(env.SECRET);
      return Promise.resolve({ ...runReport, notes: [`note ${env.SECRET}`] });
    };
    const status = () =>
      Promise.reject(new UserError({ what: env.SECRET, remedy: env.SECRET, where: { file: env.SECRET } }));
    const pipeline = { ...madeUp, openIncident, run, status };
    for (const argv of [["run", "r.yaml"], ["status"]])
      for (const json of [[], ["--json"]]) {
        const { stdout, stderr } = await salvage([...argv, ...json], { cwd, env, pipeline });
        expect(stdout + stderr).not.toContain("hunter2");
        expect(stdout + stderr).toContain("${env:SECRET}");
      }
  });
});

describe("apply", () => {
  const argv = ["apply", "--target", "rebuilt.db"];

  it("asks for the database's name", async () => {
    const { code, stderr } = await salvage(argv, { cwd, pipeline: madeUp, answer: "rebuilt.db\n" });
    expect(code).toBe(0);
    expect(stderr).toBe(
      "A load was begun there; it goes on where it stopped.\n2 scripts with 1,204 rows will be run in /rescue/rebuilt.db, database rebuilt.db.\nType the name of the database to go on: ",
    );
  });

  it.each<[string, string[], RunOptions, string]>([
    ["another name", argv, { answer: "production" }, "the name typed is not that of the database, rebuilt.db"],
    ["nobody at the terminal", argv, {}, "nobody can be asked here"],
    ["a program that reads the output", [...argv, "--json"], { answer: "rebuilt.db" }, "nobody can be asked here"],
    ["a variable that is not set", ["apply", "--target", "env:NOWHERE"], {}, "the variable NOWHERE is not set"],
  ])("runs nothing with %s", async (_what, given, options, said) => {
    const { code, stderr } = await salvage(given, { cwd, pipeline: madeUp, ...options });
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  it("shows no password of the target", async () => {
    const url = "postgres://loader:hunter22@db.example/shop";
    const env = { REBUILT: url };
    for (const target of [url, "env:REBUILT"]) {
      const { code, stdout, stderr } = await salvage(["apply", "--target", target, "--yes"], {
        cwd,
        env,
        pipeline: madeUp,
      });
      expect(code).toBe(0);
      expect(stdout + stderr).not.toContain("hunter22");
    }
  });
});

describe("help", () => {
  it("of the whole", async () => {
    await expect((await salvage(["--help"])).stdout).toMatchFileSnapshot("golden/help.txt");
  });

  it.each(commands)("of %s", async (command) => {
    const { stdout } = await salvage([command, "--help"]);
    await expect(stdout).toMatchFileSnapshot(`golden/help-${command}.txt`);
  });
});
