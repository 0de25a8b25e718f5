import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { CaptureFolder } from "../../src/extract/capture/folder.ts";
import exec from "../../src/extract/exec/index.ts";
import { orderOf } from "../../src/extract/exec/order.ts";
import { runProgram } from "../../src/extract/exec/program.ts";
import type { ExtractContext, TableMapping } from "../../src/extract/extractor.ts";
import { rowTime, withRowTime } from "../../src/schema/model.ts";
import { temporaryFolder } from "../incident.ts";
import { collect, expectBalance, makeTable, mapTable } from "./harness.ts";
import type { Extraction } from "./harness.ts";

const fixtures = path.resolve("fixtures/extract/exec");
const node = process.execPath;

const values = makeTable("dbo.Values", { ID: "int", Name: "nvarchar", Value: "nvarchar" });
const orders = makeTable("dbo.Orders", {
  OrderID: "int",
  Amount: { name: "decimal", precision: 38, scale: 4 },
  Note: "nvarchar",
  Placed: "datetime2",
  Day: "date",
  Flag: "bit",
});
const customers = withRowTime(
  makeTable("dbo.Customers", {
    CustomerID: "bigint",
    Name: "nvarchar",
    CreditLimit: { name: "decimal", precision: 38, scale: 10 },
    Balance: "money",
    Since: "date",
    Address: "nvarchar",
  }),
);
const fromAccount = mapTable(customers, "account", { CustomerID: "Id", [rowTime]: "SystemModstamp" });

interface Setting {
  readonly mappings?: readonly TableMapping[];
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly context?: Partial<ExtractContext>;
}

interface Run extends Extraction {
  /** Where the capture lies. */
  readonly folder: string;
  /** What the program said on stderr. */
  readonly log: readonly string[];
}

async function run(options: object, setting: Setting = {}): Promise<Run> {
  const { mappings = [mapTable(values)], folder = temporaryFolder(), signal } = setting;
  const log: string[] = [];
  const context: Partial<ExtractContext> = {
    folder: fixtures,
    log: (line) => void log.push(line),
    capture: () => new CaptureFolder({ folder, shown: "captured" }, { lines: 1000, bytes: 1 << 20 }),
    ...setting.context,
  };
  const extraction = await collect(exec, options, { files: [], mappings, context, ...(signal && { signal }) });
  return { ...extraction, folder, log };
}

async function faultOf(work: Promise<unknown>): Promise<UserError> {
  const fault: unknown = await work.catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UserError);
  return fault as UserError;
}

/** bigint is no JSON. */
function golden(extraction: Run): string {
  // How well the capture is packed is no business of the extractor.
  const { folder: _folder, progress: _progress, ...rest } = extraction;
  return `${JSON.stringify(rest, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value), 1)}\n`;
}

describe("golden", () => {
  it.each([
    ["singer", { command: ["./tap.mjs", "--config", "tap-config.json"], format: "singer" }, [fromAccount]],
    ["ndjson", { command: [node, "records.mjs"], stream: "table" }, [mapTable(orders)]],
  ])("%s", async (name, options, mappings) => {
    const extraction = await run(options, { mappings, context: { zone: "America/Chicago" } });
    expectBalance(extraction);
    await expect(golden(extraction)).toMatchFileSnapshot(path.join(import.meta.dirname, `golden/exec/${name}.json`));
  });
});

function read(name: string): Run {
  return JSON.parse(fs.readFileSync(path.join(import.meta.dirname, `golden/exec/${name}.json`), "utf8")) as Run;
}

describe("what the golden files must say", () => {
  it("no digit is lost, and a field that is not there claims nothing", () => {
    const [first, second] = read("singer").rows;
    expect(first?.cells).toMatchObject({
      CustomerID: "9007199254740993n",
      CreditLimit: "12345678901234567890.1234567890",
    });
    expect(first?.cells).toMatchObject({
      Address: '{"street": "1 \\"Main\\" St", "zip": 1.10}',
      Since: "2019-05-01T00:00:00Z",
    });
    expect(second?.cells).toEqual({ CustomerID: 2, Name: null, CreditLimit: 1500 });
  });

  it("a row that is gone is a delete, at the time when it went", () => {
    const { rows, batches } = read("singer");
    expect(batches.map(({ operation, rows: count }) => [operation, count])).toEqual([
      ["snapshot", 1],
      ["snapshot", 1],
      ["delete", 1],
      ["snapshot", 1],
      ["snapshot", 1],
    ]);
    // In the zone of the source.
    expect(rows[2]?.cells).toEqual({ CustomerID: 3, Name: "Gone", [rowTime]: "2026-03-05 02:30:00" });
  });

  it("every line that is no record is skipped by a rule, or set aside with its bytes", () => {
    const { skipped, quarantined } = read("ndjson");
    expect(skipped).toEqual({ "blank line": 1, "feeds no target table": 1 });
    expect(quarantined.map(({ at, reason }) => `${at.split(" line ")[1]}: ${reason}`)).toEqual([
      '5: the field "OrderID" occurs twice',
      "6: none of its fields feeds dbo.Orders",
      "8: it has no text in the field table, which says what table it belongs to",
      "9: it has no text in the field table, which says what table it belongs to",
      "10: it is no JSON object",
      "11: it is no JSON object",
      "12: it is no JSON object",
      "13: it holds bytes that are not UTF-8",
    ]);
    expect(quarantined.at(-1)?.raw).toBe("0x7b227461626c65223a226f7264657273222c224e6f7465223a22ff227d");
  });
});

describe("the program", () => {
  const hostile = [
    "a b",
    '"',
    "'",
    "$(touch pwned)",
    "`id`",
    "two\nlines",
    "*",
    "%PATH%",
    "-n",
    "",
    "é😀",
    "\\",
    "; exit 1",
  ];

  it("gets its arguments as they stand, through no shell", async () => {
    const { rows } = await run({ command: [node, "arguments.mjs", ...hostile] });
    expect(rows.map(({ cells }) => cells["Value"])).toEqual(hostile);
  });

  it("gets the variables that the recipe names, and of salvage's own none that could be a secret", async () => {
    process.env["SALVAGE_TEST_SECRET"] = "hunter2";
    try {
      const { rows } = await run({ command: [node, "arguments.mjs"], env: { TOKEN: "t $HOME", LANG: "C" } });
      const environment = new Map(rows.map(({ cells }) => [cells["Name"], cells["Value"]]));
      expect(environment.get("TOKEN")).toBe("t $HOME");
      expect(environment.get("LANG")).toBe("C");
      expect(environment.get("PATH")).toBe(process.env["PATH"]);
      expect(environment.has("SALVAGE_TEST_SECRET")).toBe(false);
    } finally {
      delete process.env["SALVAGE_TEST_SECRET"];
    }
  });

  it("runs in the recipe's folder, or where the recipe says", async () => {
    const command = [node, "-e", "console.log(JSON.stringify({ ID: 1, Value: process.cwd() }))"];
    const cwd = async (more: object) => (await run({ command, ...more })).rows[0]?.cells["Value"];
    expect(await cwd({})).toBe(fixtures);
    expect(await cwd({ workingDirectory: "../csv" })).toBe(path.resolve(fixtures, "../csv"));
  });

  it("is heard on stderr, line by line", async () => {
    const { log } = await run({ command: ["./tap.mjs", "--config", "tap-config.json"], format: "singer" });
    expect(log[0]).toBe("INFO Starting sync from 2019-01-01T00:00:00Z");
    expect(log).toHaveLength(2);
  });
});

describe("the capture", () => {
  const counted = `require("fs").appendFileSync(process.argv[1], "ran\\n"); console.log('{"ID":1}'); console.log('{"ID":2} ')`;

  it("is the output as it was printed, and read again in place of the program", async () => {
    const marker = path.join(temporaryFolder(), "runs");
    const options = { command: [node, "-e", counted, marker] };
    const first = await run(options);
    const again = await run(options, { folder: first.folder });
    const offline = await run({ ...options, timeLimit: "1s" }, { folder: first.folder, context: { offline: true } });
    expect(again.rows).toEqual(first.rows);
    expect(offline.rows).toEqual(first.rows);
    expect(first.rows.map(({ file, position, raw }) => [file, position, raw])).toEqual([
      ["captured/output.0001.ndjson.gz", 1, '{"ID":1}'],
      ["captured/output.0001.ndjson.gz", 2, '{"ID":2} '],
    ]);
    expect(fs.readFileSync(marker, "utf8")).toBe("ran\n");
  });

  it("of another command answers none of this one, and is kept", async () => {
    const first = await run({ command: [node, "arguments.mjs", "a"] });
    const second = await run({ command: [node, "arguments.mjs", "b"] }, { folder: first.folder });
    expect(second.rows.map(({ cells }) => cells["Value"])).toEqual(["b"]);
    expect(fs.readdirSync(path.join(first.folder, "earlier-1"))).toEqual(["output.0001.ndjson.gz"]);
  });

  it("holds no argument and no variable in clear", async () => {
    const { folder } = await run({
      command: [node, "arguments.mjs", "--password=hunter2"],
      env: { TOKEN: "swordfish" },
    });
    expect(fs.readFileSync(path.join(folder, "capture.json"), "utf8")).not.toMatch(/hunter2|swordfish/);
  });

  it("is asked for where no program may run", async () => {
    const fault = await faultOf(run({ command: ["no-such-program"] }, { context: { offline: true } }));
    expect(fault.message).toContain("what the program no-such-program prints was not captured. Run `salvage run`");
  });
});

describe("a program that does not end well", () => {
  const end = (how: string) => [node, "ends.mjs", how];
  it.each<[string, object, RegExp]>([
    [
      "fails",
      { command: end("fail") },
      /failed \(exit code 3\); the last that it said:\nline 13\n(?:line \d+\n){6}line 20\. Put right.*; the 3 lines that it had printed are kept in .*partial-1, and feed nothing/,
    ],
    ["is killed", { command: end("killed") }, /failed \(SIGKILL\); it said nothing/],
    ["runs too long", { command: end("hangs"), timeLimit: "500ms" }, /ran longer than its time limit/],
    ["prints too much", { command: end("floods"), outputLimit: "50kB" }, /more than its output limit of 50000 bytes/],
    [
      "complains too much",
      { command: end("complains"), outputLimit: 20_000 },
      /more than its output limit of 20000 bytes/,
    ],
  ])("%s: the source fails, what was printed is kept and not staged", async (_, options, message) => {
    const folder = temporaryFolder();
    const fault = await faultOf(run(options, { folder }));
    expect(fault.message).toMatch(message);
    expect(new CaptureFolder({ folder, shown: "captured" }).files()).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual(["partial-1"]);
    // Once it ends well it is captured like any other.
    expect((await run({ command: end("well") }, { folder })).rows).toHaveLength(3);
  });

  it.each<[string, object, RegExp]>([
    ["is nowhere", { command: ["no-such-program"] }, /there is no program "no-such-program" in any folder of PATH/],
    ["has no name", { command: [""] }, /there is no program ""/],
    ["is not where the recipe says", { command: ["./no-such"] }, /exec\/no-such: there is no program \.\/no-such/],
    [
      "is no program",
      { command: ["./records.mjs"] },
      /records\.mjs is no program that this user may run.*name its interpreter/,
    ],
    ["is a folder", { command: ["../exec"] }, /is no program/],
    ["gets a NUL", { command: [node, "a\0b"] }, /cannot be started[^]*no argument may hold a NUL character/],
    ["has no folder to run in", { command: [node], workingDirectory: "nowhere" }, /nowhere: the folder in which/],
  ])("%s: it is said, in check too where that can know", async (name, options, message) => {
    const folder = temporaryFolder();
    const fault = await faultOf(run(options, { folder }));
    expect(fault.message).toMatch(message);
    expect(fs.readdirSync(folder)).toEqual([]);
    if (name === "gets a NUL") return;
    const context = { files: [], folder: fixtures, mappings: [mapTable(values)], signal: new AbortController().signal };
    expect((await faultOf(exec.check!(exec.options.parse(options), context))).message).toMatch(message);
  });

  it("prints a line that has no end", async () => {
    const order = orderOf(exec.options.parse({ command: end("endless") }), fixtures);
    const surroundings = { signal: new AbortController().signal, onTalk: () => undefined };
    const drain = async (): Promise<void> => {
      for await (const _ of runProgram(order, surroundings, { grace: 1000, line: 1 << 16 }));
    };
    expect((await faultOf(drain())).message).toContain("printed a line of more than 65536 bytes");
  });

  it("has no interpreter", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "tap");
    fs.writeFileSync(file, "#!/no/such/interpreter\n", { mode: 0o755 });
    expect((await faultOf(run({ command: [file] }))).message).toContain("cannot be started (spawn");
  });
});

/** A process that ended and that nobody has waited for does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return fs.existsSync("/proc/self") ? false : isSignalled(pid);
  }
}

function isSignalled(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pidsIn(line: string): number[] {
  return line.startsWith("pids ") ? line.slice(5).split(" ").map(Number) : [];
}

describe("nothing of a program is left running", () => {
  it("where it is interrupted, however stubborn it and its child are", async () => {
    const abort = new AbortController();
    const folder = temporaryFolder();
    let pids: number[] = [];
    const log = (line: string): void => {
      pids = pidsIn(line);
      expect(pids.map(isRunning)).toEqual([true, true]);
      abort.abort(new Error("interrupted"));
    };
    const interrupted = run(
      { command: [node, "ends.mjs", "stubborn"] },
      { signal: abort.signal, folder, context: { log } },
    );
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(pids.map(isRunning)).toEqual([false, false]);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("where it ended well and left a child behind", async () => {
    const { rows, log } = await run({ command: [node, "ends.mjs", "leaves"] });
    expect(rows).toHaveLength(3);
    expect(log.flatMap(pidsIn).map(isRunning)).toEqual([false]);
  });
});

describe("recipe and output", () => {
  const ndjson = { command: [node, "records.mjs"], stream: "table" };
  const singer = { command: ["./tap.mjs", "--config", "tap-config.json"], format: "singer" };
  it.each<[string, object, readonly TableMapping[], RegExp]>([
    [
      "a stream that is not there",
      ndjson,
      [mapTable(orders, "payment")],
      /nothing of the stream payment.*Did you mean payments\?/,
    ],
    [
      "a field that is not there",
      ndjson,
      [mapTable(orders, "orders", { Amount: "Amont" })],
      /no record has the field Amont.*Did you mean Amount\?/,
    ],
    [
      "a stream that fits two tables",
      ndjson,
      [mapTable(orders), mapTable(makeTable("sales.Orders", { OrderID: "int" }))],
      /the stream orders fits two tables, dbo\.Orders and sales\.Orders/,
    ],
    [
      "records of no known table",
      { command: [node, "records.mjs"] },
      [mapTable(orders), mapTable(values)],
      /could belong to any of 2 tables/,
    ],
    [
      "a stream of records that have none",
      { command: [node, "records.mjs"] },
      [mapTable(orders, "orders")],
      /nothing says which records are of that stream/,
    ],
    [
      "batches in files",
      { command: [node, "-e", `console.log('{"type":"BATCH","stream":"x","manifest":[]}')`], format: "singer" },
      [fromAccount],
      /output\.0001\.ndjson\.gz:1: the program hands its records over in files \(a BATCH message\)/,
    ],
  ])("%s: is refused", async (_, options, mappings, message) => {
    expect((await faultOf(run(options, { mappings }))).message).toMatch(message);
  });

  it("a field that the schema announces may be in no record", async () => {
    const mapping = mapTable(customers, "Account", { CustomerID: "Id", Name: "Website", Address: "bALANCE" });
    const { rows } = await run(singer, { mappings: [mapping] });
    expect(rows.map(({ cells }) => cells["Name"])).toEqual([
      undefined,
      "https://example.org",
      undefined,
      undefined,
      undefined,
    ]);
    expect(rows[0]?.cells["Address"]).toBe("-1.50");
  });

  it("a table of which nothing came is told of where nothing else went astray", async () => {
    const { warnings } = await run(
      { command: [node, "-e", "0"], stream: "t" },
      { mappings: [mapTable(orders, "orders")] },
    );
    expect(warnings).toEqual(["the program printed nothing"]);
  });

  it.each(["dbo.Customers", "dbo-customers", "CUSTOMERS"])(
    "a stream %s is the table's without being asked for",
    async (stream) => {
      const line = JSON.stringify({ type: "RECORD", stream, record: { CustomerID: 1 } });
      const command = [node, "-e", `console.log(${JSON.stringify(line)})`];
      const { rows } = await run({ command, format: "singer" }, { mappings: [mapTable(customers)] });
      expect(rows).toHaveLength(1);
    },
  );
});

/** Bytes. */
async function peakMemory(records: number): Promise<number> {
  const measuring = [node, "--import", "tsx", "test/extract/exec-memory.ts", String(records)];
  const { rows } = await run({ command: measuring, workingDirectory: "../../.." });
  expect(rows[0]?.cells["ID"]).toBe(records);
  return Number(rows[0]?.cells["Value"]);
}

it("10^5 records take no more memory than 10^3", async () => {
  const [few, many] = [await peakMemory(1e3), await peakMemory(1e5)];
  // The records come to 200 MB.
  expect(many - few).toBeLessThan(150e6);
});
