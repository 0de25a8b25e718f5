/** Evidence without a value where people look for it: the report, the lists, the review, `explain`; and what masks leave of it. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import { runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";
import { review } from "../review/people.ts";

const hostile = "<script>alert(1)</script>\u202E";
const secret = "Plum Lane 4";

const log = [
  `2026-02-01 10:00:00.000 UTC [5] LOG:  statement: UPDATE accounts`,
  `\tSET owner = upper('${secret}')`,
  `\tWHERE id = 1`,
  `2026-02-01 11:00:00.000 UTC [5] LOG:  statement: UPDATE accounts SET balance = 0 WHERE owner = '${hostile}${secret}'`,
  `2026-02-03 12:00:00.000 UTC [5] LOG:  statement: UPDATE accounts SET balance = 1 WHERE owner = 'Ann'`,
  `2026-02-02 12:00:00.000 UTC [5] LOG:  statement: DELETE FROM accounts WHERE balance < 3`,
  ``,
].join("\n");

async function ran(mask: readonly string[] = []): Promise<Ran> {
  return runFiles({
    "schema.sql": "CREATE TABLE Accounts (ID int NOT NULL PRIMARY KEY, Owner nvarchar(40) NULL, Balance money NULL)",
    "Accounts.csv": "ID,Owner,Balance\n1,Ann,10\n2,Bob,20\n",
    "seen.log": `2026-02-05 08:00:00 shown 7\n2026-02-06 09:00:00 shown 8\n`,
    "db.log": log,
    "recipe.yaml": JSON.stringify({
      incident: "proofs",
      target: { dialect: "sqlserver", version: "2016", schema: "schema.sql", timezone: "UTC" },
      sources: {
        backup: { extractor: "csv", path: "Accounts.csv", asOf: "2026-01-01T00:00:00Z" },
        db: { extractor: "sql-log", path: "db.log", format: "postgres-stderr" },
        web: {
          extractor: "text-log",
          path: "seen.log",
          patterns: [
            {
              match: String.raw`^(?<time>\S+ \S+) shown (?<ID>\d+)$`,
              table: "dbo.Accounts",
              operation: "proof",
              time: "time",
              timeFormat: "sql",
            },
          ],
        },
      },
      ...(mask.length === 0 ? {} : { report: { mask } }),
    }),
  });
}

function written({ incident }: Ran, name: string): string {
  return fs.readFileSync(path.join(layoutOf(incident.directory).report, name), "utf8");
}

function section(html: string): string {
  return /<section id="proofs"[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
}

function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(" . ", ".");
}

describe("the report", () => {
  it("lists cells that were changed later, rows that were there, and records that name no row", async () => {
    const incident = await ran();
    const html = section(written(incident, "index.html"));
    const text = textOf(html);
    for (const said of [
      "1 cell changed later, to a value that is not said, against backup contested dbo.Accounts.Owner",
      "changed since, to a value that is not said: db at 2026-02-01T10:00:00.000Z: upper(&#39;Plum Lane 4&#39;)",
      "stands for now: Ann",
      "2 rows evidence only: web shows that it was there withheld dbo.Accounts 7 8",
      "2 records rows were changed: ",
      "1 record rows were deleted: ",
      "From 2026-02-01 11:00:00 to 2026-02-03 12:00:00, by the source’s clock.",
      "db.log line 4",
      "UPDATE accounts SET balance = 1 WHERE owner",
    ])
      expect(text).toContain(said);
    expect(html).not.toContain("<script>");
    expect(html).not.toContain("\u202E");
    const short = written(incident, "report.md");
    expect(short).toContain("## Proved, without a value");
    expect(short).toMatch(
      /- `dbo\.Accounts\.Owner`: 1 cell: changed later, to a value that is not said, against backup/,
    );
    expect(short).toMatch(
      /- `db` of `dbo\.Accounts`: 2 records: rows were changed: .*, `2026-02-01 11:00:00\.0000000` to `/,
    );
    expect(textOf(written(incident, "index.html"))).toContain(
      "3 records prove something of rows that they do not name",
    );
  });

  it("comes out with the same bytes again", async () => {
    const [one, other] = [await ran(), await ran()];
    for (const name of ["index.html", "report.md", "evidence.csv"])
      expect(written(one, name) === written(other, name)).toBe(true);
  });

  it("shows neither expressions nor statements once anything is masked", async () => {
    const incident = await ran(["Balance"]);
    const names = fs.readdirSync(layoutOf(incident.incident.directory).report);
    expect(names).toContain("conflicts.csv");
    for (const name of names) expect(written(incident, name)).not.toContain(secret);
    expect(textOf(section(written(incident, "index.html")))).toContain(
      "changed since, to a value that is not said: db at 2026-02-01T10:00:00.000Z stands for now",
    );
    expect(written(incident, "conflicts.csv")).toContain(
      '"changed since, to a value that is not said: db at 2026-02-01T10:00:00.000Z"',
    );
  });
});

describe("the review", () => {
  it("shows what changed a cell, with its statement, and offers no NULL as its claim", async () => {
    const { incident } = await ran();
    await review(incident, async (session) => {
      const groups = session.groups();
      expect(groups.map(({ column, said, items }) => [column, said, items])).toEqual([
        ["Owner", "changed later, to a value that is not said, against backup", 1],
        [null, "evidence only: web shows that it was there", 2],
      ]);
      const [found] = session.items(groups[0]?.id ?? "", 0, 1);
      const detail = session.item(found?.id ?? 0);
      expect(detail.claims.map(({ value }) => value)).toEqual(["Ann"]);
      expect(detail.unused).toMatchObject([
        {
          source: "db",
          locator: "db.log line 1",
          isSilent: true,
          outcome: `no value: it changed the cell: upper('${secret}')`,
        },
      ]);
      expect(detail.row.find(({ column }) => column === "Owner")?.claims).toEqual([]);
      const { lines } = await session.raw(detail.item.id, "db", "db.log line 1");
      expect(lines.slice(0, 3).map(({ text }) => text)).toEqual(log.split("\n").slice(0, 3));
    });
  });
});

it("explain tells what changed the cell, and where", async () => {
  const { incident } = await ran();
  const [cell] = (await explain(incident, "Accounts", ["1"], "Owner")).cells;
  expect(cell?.claims.find(({ isSilent }) => isSilent)).toMatchObject({
    source: "db",
    time: "2026-02-01T10:00:00.000Z",
    locator: "db.log line 1",
  });
});
