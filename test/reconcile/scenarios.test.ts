/** Situations that people who lost a database are in, each with what they would expect by hand. */
import { describe, expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import { account, cellsOf, runFixture, withheldNotes } from "./telling.ts";

interface Row {
  /** Default dbo.Customers. */
  readonly table?: string;
  readonly key: string;
  readonly verdict: string | RegExp;
  /** `value (class)` by column; a column that is left out is of no interest here. */
  readonly cells?: Readonly<Record<string, string>>;
}

interface Scenario {
  readonly fixture: string;
  readonly expected: readonly Row[];
  /** What the run says of rows that it withholds. */
  readonly withheld?: readonly string[];
}

const annsNotes = "Pays on the first of the month, by cheque; never call before ten.";

const scenarios: Scenario[] = [
  {
    fixture: "1-backup-and-later-export",
    expected: [
      {
        key: "1",
        verdict: "emitted",
        cells: { Name: "Ann Able (corroborated)", Phone: "555-0199 (superseded)", Notes: `${annsNotes} (single)` },
      },
      { key: "2", verdict: "emitted", cells: { Phone: "555-0102 (corroborated)" } },
      { key: "3", verdict: "emitted", cells: { Phone: "555-0103 (single)" } },
      { key: "4", verdict: "emitted", cells: { Phone: "555-0104 (single)", Notes: "NULL (absent)" } },
    ],
  },
  {
    fixture: "2-and-a-log-update",
    expected: [
      {
        key: "1",
        verdict: "emitted",
        cells: { Name: "Ann Able (corroborated)", Phone: "555-0177 (superseded)", Notes: `${annsNotes} (single)` },
      },
      { key: "2", verdict: "emitted", cells: { Phone: "555-0102 (corroborated)" } },
    ],
  },
  {
    fixture: "3-notes-cut-a-prefix",
    expected: [
      { key: "1", verdict: "emitted", cells: { Notes: `${annsNotes} (single)` } },
      // Shorter than the cut: whole, and newer.
      { key: "2", verdict: "emitted", cells: { Notes: "Wants the invoice by mail. (superseded)" } },
    ],
  },
  {
    fixture: "4-notes-cut-no-prefix",
    expected: [{ key: "1", verdict: "emitted", cells: { Notes: `${annsNotes} (contested)` } }],
  },
  {
    fixture: "5-test-server-branched",
    expected: [
      { key: "1", verdict: "emitted", cells: { Name: "Ann Able (single)", Phone: "555-0101 (single)" } },
      // Changed before the branch: production had it.
      { key: "2", verdict: "emitted", cells: { Phone: "555-0122 (superseded)" } },
      // Without a time it may conflict, never supersede.
      { key: "3", verdict: "emitted", cells: { Name: "Cyd Carter (resolved)", Phone: "555-0103 (corroborated)" } },
      { key: "9", verdict: "withheld: foreign evidence only" },
    ],
    withheld: ["dbo.Customers: 1 row withheld: foreign evidence only"],
  },
  {
    fixture: "6-spreadsheet-of-unknown-date",
    expected: [
      {
        key: "1",
        verdict: "emitted",
        cells: { Phone: "555-0101 (resolved)", Notes: `${annsNotes} (corroborated)` },
      },
      { key: "2", verdict: "emitted", cells: { Phone: "555-0102 (corroborated)" } },
      { key: "3", verdict: "emitted" },
      { key: "7", verdict: "emitted", cells: { Phone: "555-0107 (single)" } },
    ],
  },
  {
    fixture: "7-deleted-for-all-but-the-warehouse",
    expected: [
      { key: "7", verdict: "deleted: absent from export, complete as of 2026-03-12T22:00:00.000Z" },
      { key: "23", verdict: "emitted", cells: { Phone: "555-0123 (corroborated)" } },
      { key: "24", verdict: "deleted: absent from export, complete as of 2026-03-12T22:00:00.000Z" },
    ],
  },
  {
    fixture: "8-renumbered-test-rows",
    expected: [
      // The test server's 2 is production's 1: found by the address, with a telephone that nobody can decide on.
      { key: "1", verdict: "emitted", cells: { Name: "Ann Able (corroborated)", Phone: "555-0101 (contested)" } },
      { key: "2", verdict: "emitted", cells: { Phone: "555-0102 (corroborated)" } },
      { table: "dbo.Orders", key: "10", verdict: "emitted", cells: { CustomerID: "1 (corroborated)" } },
      { table: "dbo.Orders", key: "11", verdict: "emitted", cells: { CustomerID: "2 (single)" } },
      {
        key: "3 of test-server",
        verdict: "withheld: no-key: no other source has a row with its Email",
        cells: { Name: "Eve East (single)" },
      },
    ],
    withheld: [
      "dbo.Customers: 1 row withheld: no-key: no other source has a row with its Email",
      "dbo.Orders: 1 row withheld: no-key: its row of dbo.Customers has no match",
    ],
  },
];

describe("a scenario comes out as people would have it by hand", () => {
  it.each(scenarios)("$fixture", async ({ fixture, expected, withheld = [] }) => {
    const ran = await runFixture(fixture);
    const rows = expected.map((row) => ({ table: "dbo.Customers", cells: {}, ...row }));
    for (const { table, key, verdict, cells } of rows) {
      const explanation = await explain(ran.incident, table, [key]);
      expect(explanation.verdict).toMatch(verdict);
      expect(cellsOf(explanation)).toMatchObject(cells);
    }
    expect(withheldNotes(ran)).toEqual(withheld);
    await expect(await account(ran, rows)).toMatchFileSnapshot(`golden/${fixture}.txt`);
  });
});
