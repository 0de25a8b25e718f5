import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import w3c from "../../src/extract/w3c/index.ts";
import { finalState, type HistoryEvent, histories, historyColumns, replay, wallOf } from "../support/history.ts";
import { type Changes, collectCase, collectChanges, goldenText, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/w3c");

async function extractCase(name: string): Promise<Changes> {
  return collectCase(w3c, path.join(fixtures, name));
}

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const golden = path.join(import.meta.dirname, `golden/w3c/${name}.txt`);
    await expect(goldenText(await extractCase(name))).toMatchFileSnapshot(golden);
  });
});

test("a kind of request of which there is none is told with those that nearly are", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "w3c-"));
  const lines = [
    "GET /customers/7/edit - 200",
    "POST /customers/new - 200",
    "POST /customers/7/edit a=1 200",
    "GET / - 200",
  ];
  const head = "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status";
  const text = [head, ...lines.map((line) => `2026-03-01 10:00:00 ${line}`), ""].join("\n");
  writeFileSync(path.join(folder, "u_ex260301.log"), text);
  const table = timedTable("dbo.Customers", { CustomerID: "int", City: "nvarchar" });
  const request = {
    path: "/customers/{CustomerID}/edit",
    table: "dbo.Customers",
    operation: "update",
    query: { a: "2" },
  };
  const { warnings } = await collectChanges(
    w3c,
    { path: "*", requests: [request, { ...request, path: "/orders/{CustomerID}" }] },
    { files: [evidenceFile(path.join(folder, "u_ex260301.log"), folder)], mappings: [mapTable(table)] },
  );
  expect(warnings).toEqual([
    'none of 4 requests is one of "/customers/{CustomerID}/edit"; the first that nearly are: ' +
      "u_ex260301.log:2, where the method is GET, not POST or PUT or PATCH or DELETE; " +
      'u_ex260301.log:3, where the path is "/customers/new"; ' +
      'u_ex260301.log:4, where its query is not {"a":"2"}',
    'none of 4 requests is one of "/orders/{CustomerID}"; no other request begins with such a path',
  ]);
});

describe("what the golden files must say", () => {
  test("GOTCHAS 41: a request that failed changed nothing, and a redirect proves no row", async () => {
    const { skipped } = await extractCase("extended");
    expect(skipped).toMatchObject({
      "answered with 5xx: nothing was done": 1,
      "answered with 4xx: nothing was done": 1,
      "answered with 3xx: nothing was done": 1,
      "answered with 2xx: nothing was done": 1,
    });
  });

  test("parameters are decoded; times in UTC are put on the source's clock", async () => {
    const { changes } = await extractCase("extended");
    expect(changes[0]).toEqual({
      table: "dbo.Customers",
      operation: "update",
      isBefore: false,
      touches: [],
      position: 5,
      cells: {
        CustomerID: "7",
        Name: "Jürgen M&M",
        City: "New York",
        ChangedBy: "SHOP\\ann",
        "#modifiedAt": "2026-03-01 10:00:00.0000000",
      },
    });
  });

  test("another charset, with trail bytes that are letters; times on the server's clock", async () => {
    const { changes, quarantined } = await extractCase("charset");
    expect(quarantined).toEqual([]);
    expect(changes.map(({ cells }) => cells)).toEqual([
      { City: "東京", CustomerID: "1", Name: "ソ ソ", "#modifiedAt": "2026-03-01 16:00:00.0000000" },
    ]);
  });
});

const table = timedTable("dbo.Customers", { CustomerID: "int", City: "nvarchar" });

describe("a recipe that cannot be read by is told", () => {
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["a path", { path: "/a/{x}{y}" }, /with fixed text between two of them/],
    ["a path with a lone brace", { path: "/a/{x" }, /Write parameters as {name}/],
    ["a table", { table: "dbo.Customer" }, /feed dbo.Customer, .*Did you mean dbo.Customers/],
    ["a column", { columns: { Citty: "x" } }, /Customers.Citty, .*Did you mean City/],
  ])("%s", async (_, request, message) => {
    const requests = [{ path: "/c/{CustomerID}", table: "dbo.Customers", operation: "update", ...request }];
    const context = {
      files: [],
      folder: "/nowhere",
      mappings: [mapTable(table)],
      signal: new AbortController().signal,
    };
    await expect(w3c.check?.(w3c.options.parse({ path: "x.log", requests }), context)).rejects.toThrow(message);
  });
});

async function readEdit(options: Readonly<Record<string, unknown>>): Promise<Changes> {
  const folder = mkdtempSync(path.join(tmpdir(), "w3c-"));
  const line = "2026-03-01 16:00:00 POST /c/7 City= 302";
  const file = path.join(folder, "ex.log");
  writeFileSync(file, `#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n${line}\n`);
  const requests = [{ path: "/c/{CustomerID}", table: "dbo.Customers", operation: "update" }];
  const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(table)] };
  return collectChanges(w3c, { path: "ex.log", requests, ...options }, input);
}

describe("an empty parameter", () => {
  it("shows that its column was changed, and not to what", async () => {
    const [change] = (await readEdit({})).changes;
    expect(change).toMatchObject({ operation: "update", touches: ["City: an empty parameter"] });
    expect(change?.cells).not.toHaveProperty("City");
  });

  it("is NULL where the recipe says so", async () => {
    const [change] = (await readEdit({ null: ["", "(null)"] })).changes;
    expect(change).toMatchObject({ operation: "update", touches: [], cells: { City: null } });
  });
});

const rows = timedTable("dbo.Rows", historyColumns);
const methods = { insert: "POST", update: "PUT", delete: "DELETE" } as const;

/** An empty parameter gives no value, and half a character cannot be encoded. */
const writable = histories.map((events) =>
  events.map((event) => ({ ...event, before: encodable(event.before), after: encodable(event.after) })),
);

function encodable(row: HistoryEvent["after"]): HistoryEvent["after"] {
  if (row === undefined || row.name === null) return row;
  return { ...row, name: `${row.name.replaceAll("\0", "")}!`.toWellFormed() };
}

function queryOf(row: HistoryEvent["after"]): string {
  const { name = null, price = null, made = null } = row ?? {};
  return new URLSearchParams(
    Object.entries({ name, price, made }).map(([key, value]): [string, string] => [key, value ?? "(null)"]),
  ).toString();
}

type Writer = (events: readonly HistoryEvent[]) => string;

const writers: Readonly<Record<string, Writer>> = {
  extended: (events) =>
    `#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n${events
      .map((event) => {
        const { operation, at, before, after } = event;
        const query = operation === "delete" ? "-" : queryOf(after);
        return `${wallOf(at).slice(0, 19)} ${methods[operation]} /rows/${(after ?? before)?.id} ${query} 200\n`;
      })
      .join("")}`,
  access: (events) =>
    events
      .map(({ operation, at, before, after }) => {
        const [, weekday, month, day, year, time] = /^(\w+) (\w+) (\d+) (\d+) (\S+)/.exec(
          new Date(at * 1000).toUTCString().replace(/(\w+), (\d+) (\w+)/, "$1 $3 $2"),
        ) as unknown as string[];
        expect(weekday).toHaveLength(3);
        const query = operation === "delete" ? "" : `?${queryOf(after)}`;
        return `10.0.0.1 - - [${day}/${month}/${year}:${time} +0000] "${methods[operation]} /rows/${(after ?? before)?.id}${query} HTTP/1.1" 200 12\n`;
      })
      .join(""),
};

it.each(Object.keys(writers))("random histories in requests are replayed to the same end: %s", async (format) => {
  const folder = mkdtempSync(path.join(tmpdir(), "w3c-"));
  const file = path.join(folder, "access.log");
  const operations = Object.entries(methods);
  const options = {
    path: "access.log",
    null: "(null)",
    requests: operations.map(([operation, method]) => ({ path: "/rows/{id}", method, table: "dbo.Rows", operation })),
  };
  await fc.assert(
    fc.asyncProperty(writable, async (events) => {
      writeFileSync(file, writers[format]?.(events) ?? "");
      const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(rows)] };
      const { changes, quarantined } = await collectChanges(w3c, options, input);
      expect(quarantined).toEqual([]);
      expect(changes.map(({ cells }) => cells["#modifiedAt"])).toEqual(events.map(({ at }) => wallOf(at)));
      expect(replay(changes, rows)).toEqual(finalState(events));
    }),
    { numRuns: 50 },
  );
});

const real = path.resolve(import.meta.dirname, "../../../shared/data/logs/iis");

describe.skipIf(!existsSync(real))("IIS's own logs (skipped where shared/data/logs/iis is not there)", () => {
  it("are accounted for line by line", async () => {
    const names = readdirSync(real).toSorted();
    const files = names.map((name) => evidenceFile(path.join(real, name), real));
    const requests = [{ path: "/{CustomerID}", table: "dbo.Customers", operation: "proof", method: ["GET", "HEAD"] }];
    const told = await collectChanges(w3c, { path: "*.log", requests }, { files, mappings: [mapTable(table)] });
    const lines = names.flatMap((name) => readFileSync(path.join(real, name), "latin1").split("\n").slice(0, -1));
    expect(told.read).toBe(lines.length);
    expect(told.skipped["directive"]).toBe(lines.filter((line) => line.startsWith("#")).length);
    expect({ ...told, changes: told.changes.length }).toMatchInlineSnapshot(`
      {
        "changes": 1,
        "leftovers": {},
        "quarantined": [
          {
            "at": "ex031118.log line 7 offset 227",
            "raw": "2003-11-18 192.168.1.102 /images/address.gif
      ",
            "reason": "it has 3 fields, and #Fields names 4",
          },
        ],
        "read": 136,
        "skipped": {
          "answered with 4xx: nothing was done": 10,
          "directive": 104,
          "is no request of the recipe": 20,
        },
        "warnings": [],
      }
    `);
  });
});
