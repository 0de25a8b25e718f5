/** Evidence without a value, through whole runs: what changed to nobody knows what, and what was there. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { layoutOf } from "../../src/incident.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = `CREATE TABLE Accounts (ID int IDENTITY NOT NULL PRIMARY KEY, Owner nvarchar(10) NULL, Balance money NULL)`;

/** A log of JSON lines: `{ at, id, op, owner?, balance?, touches? }`, or `{ at, proof }`. */
const extractor = `
import fs from "node:fs";
import { defineExtractor, defaultConventions, findColumn, rowTime, z } from "tablesalvage";
export default defineExtractor({
  id: "events", summary: "Events.", example: "", timesRows: true,
  options: z.strictObject({ path: z.string() }),
  inputs: ({ path }) => [path],
  async *extract(_, context) {
    const [file] = context.files;
    const { table } = context.mappings[0];
    const column = (name) => findColumn(table, name);
    for (const [index, line] of fs.readFileSync(file.path, "utf8").trim().split("\\n").entries()) {
      context.read(1);
      const event = JSON.parse(line);
      if (event.proof !== undefined) {
        context.evidence(line, { table, at: event.at, reason: event.proof }, { file, line: index + 1 });
        continue;
      }
      const fed = [["ID", event.id], [rowTime, event.at], ["Owner", event.owner], ["Balance", event.balance]].filter(([, value]) => value !== undefined);
      yield {
        table, file, positionsAre: "line", operation: event.op, conventions: defaultConventions,
        columns: fed.map(([name]) => column(name)), rows: [fed.map(([, value]) => value)], positions: [index + 1], raw: () => line,
        touches: (event.touches ?? []).map((name) => ({ row: 0, column: column(name), by: name + " - 5" })),
      };
    }
  },
});
`;

async function reconciled(events: readonly object[], more: Record<string, string> = {}): Promise<Ran> {
  return runFiles({
    "schema.sql": schema,
    "events.mjs": extractor,
    "Accounts.csv": "ID,Owner,Balance\n1,Ann,10\n2,Bob,20\n",
    "app.log": events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    "recipe.yaml": `
incident: proofs
recoverTo: 2026-03-14T00:00:00Z
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  backup: { extractor: csv, path: Accounts.csv, asOf: 2026-01-01T00:00:00Z }
  log: { extractor: ./events.mjs, path: app.log }
`,
    ...more,
  });
}

function emitted(ran: Ran): unknown[][] {
  return emittedRows(ran, ran.incident.tables[0] as never);
}

async function anchorAfter(...events: object[]): Promise<string | undefined> {
  const { incident } = await reconciled(events);
  return (await explain(incident, "Accounts", ["1"], "Balance")).cells[0]?.evidence;
}

describe("a cell that was changed to a value that nobody says", () => {
  const change = { at: "2026-02-01 10:00:00", id: 1, op: "update", touches: ["Balance"] };

  it("is contested, though all claims of it agree: the older value stands provisionally", async () => {
    const ran = await reconciled([change]);
    expect(emitted(ran)).toEqual([
      [1, "Ann", "10.0000"],
      [2, "Bob", "20.0000"],
    ]);
    const { cells } = await explain(ran.incident, "Accounts", ["1"], "Balance");
    expect(cells[0]).toMatchObject({
      class: "contested",
      reason: "changed since, to a value that is not said: log at 2026-02-01T10:00:00.000Z: Balance - 5",
    });
    expect(cells[0]?.claims.map(({ source, value, outcome }) => [source, value, outcome])).toEqual([
      ["backup", "10.0000", "stands for now, as the best-ranked"],
      ["log", null, "no value: it changed the cell: Balance - 5"],
    ]);
    expect(ran.report.summary.verdict).toBe("needs-review");
  });

  it("is settled again by a later value, also of the same log at the same time", async () => {
    const later = { at: change.at, id: 1, op: "update", balance: "5.00" };
    const { cells } = await explain((await reconciled([change, later])).incident, "Accounts", ["1"], "Balance");
    expect(cells[0]).toMatchObject({ class: "superseded", value: "5.0000" });
  });

  it("was not changed by what came before its value", async () => {
    const before = { ...change, at: "2025-12-31 10:00:00" };
    const { cells } = await explain((await reconciled([before])).incident, "Accounts", ["1"], "Balance");
    expect(cells[0]).toMatchObject({ class: "single", value: "10.0000" });
  });

  it("is not touched by what happened after the last good moment", async () => {
    const late = { ...change, at: "2026-03-14 00:00:01" };
    const { cells } = await explain((await reconciled([late])).incident, "Accounts", ["1"], "Balance");
    expect(cells[0]).toMatchObject({ class: "single", value: "10.0000" });
  });

  it("keeps what people decided of it until it is changed again", async () => {
    const other = { ...change, id: 2 };
    const anchor = await anchorAfter(change);
    expect(await anchorAfter(change, other)).toBe(anchor);
    expect(await anchorAfter(other)).not.toBe(anchor);
    expect(await anchorAfter(change, { ...change, at: "2026-02-02 10:00:00" })).not.toBe(anchor);
  });
});

describe("a row of which something proves only that it was there", () => {
  const seen = { at: "2026-02-01 10:00:00", id: 7, op: "proof" };

  it("is withheld and lost, with the proof; nothing is made up", async () => {
    const ran = await reconciled([seen]);
    expect(emitted(ran).map(([id]) => id)).toEqual([1, 2]);
    const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
    expect(reader.withheldReasons(ran.incident.tables[0] as never)).toEqual([
      { reason: "evidence only: log shows that it was there at 2026-02-01T10:00:00.000Z", rows: 1 },
    ]);
    reader.close();
    expect(ran.report.summary.tables[0]).toMatchObject({
      keys: 3,
      emitted: 2,
      withheld: 1,
      missing: { lost: 1, unknown: 4 },
    });
    const ledger = fs.readFileSync(path.join(layoutOf(ran.incident.directory).report, "absence.csv"), "utf8");
    expect(ledger).toContain(
      '"dbo.Accounts",7,7,1,"lost","evidence only: log shows that it was there at 2026-02-01T10:00:00.000Z"',
    );
  });

  it("counts as evidence, not as staged", async () => {
    const { report } = await reconciled([seen]);
    expect(report.summary.sources[1]).toMatchObject({ read: 1, staged: 0, evidence: 1, observations: 1 });
  });

  it("is a row like others where another source has it", async () => {
    const ran = await reconciled([{ ...seen, id: 2 }]);
    expect(emitted(ran)).toHaveLength(2);
    expect(ran.report.summary.tables[0]).toMatchObject({ withheld: 0 });
  });
});

it("records that name no row are listed with what they prove", async () => {
  const ran = await reconciled([{ at: "2026-02-01 10:00:00", proof: "rows were changed: the WHERE is no key" }]);
  expect(ran.report.summary.sources[1]).toMatchObject({ read: 1, staged: 0, evidence: 1, observations: 0 });
  const list = fs.readFileSync(path.join(layoutOf(ran.incident.directory).report, "evidence.csv"), "utf8");
  expect(list.split("\r\n")[1]).toMatch(
    /^"log","dbo.Accounts","2026-02-01 10:00:00","rows were changed: the WHERE is no key","app.log",,1,,,/,
  );
});
