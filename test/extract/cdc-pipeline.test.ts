/** Change logs through whole runs: what a backup holds, and what the log says happened since. */
import { describe, expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = "CREATE TABLE dbo.Goods (ID int NOT NULL PRIMARY KEY, Name nvarchar(20) NULL, Price money NULL)";

function recipe(sources: string): string {
  return `
incident: changes
recoverTo: 2026-03-14T00:00:00Z
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  backup: { extractor: csv, path: Goods.csv, asOf: 2026-01-01T00:00:00Z }
${sources}`;
}

async function run(sources: string, files: Record<string, string>): Promise<Ran> {
  const backup = "ID,Name,Price\n1,Ann,10\n2,Bob,20\n3,Cid,30\n";
  return runFiles({ "schema.sql": schema, "Goods.csv": backup, "recipe.yaml": recipe(sources), ...files });
}

function goods(ran: Ran): unknown[][] {
  return emittedRows(ran, ran.incident.tables[0] as never);
}

function debezium(op: string, at: string, before: unknown, after: unknown): string {
  const source = { connector: "sqlserver", db: "shop", schema: "dbo", table: "Goods", ts_ms: Date.parse(at) };
  return `${JSON.stringify({ before, after, source, op })}\n`;
}

describe("a backup and the changes since", () => {
  it("come to the last state, and a line of the log is the source of a cell", async () => {
    const log = [
      debezium("u", "2026-02-01T10:00:00Z", { ID: 1, Name: "Ann", Price: 10 }, { ID: 1, Name: "Anna", Price: 11.5 }),
      debezium("d", "2026-02-02T10:00:00Z", { ID: 2, Name: "Bob", Price: 20 }, null),
      debezium("c", "2026-02-03T10:00:00Z", null, { ID: 4, Name: "", Price: null }),
    ];
    const ran = await run("  log: { extractor: cdc, path: topic.jsonl }", { "topic.jsonl": log.join("") });
    expect(goods(ran)).toEqual([
      [1, "Anna", "11.5000"],
      [3, "Cid", "30.0000"],
      [4, "", null],
    ]);
    const { cells } = await explain(ran.incident, "dbo.Goods", ["1"], "Name");
    expect(JSON.stringify(cells)).toContain("topic.jsonl");
  });

  it("of one moment count in the order of their LSN, wherever they stand in the file", async () => {
    const rows = [
      "0x0000000000000000000A,0x03,4,0x02,1,third,",
      "0x0000000000000000000A,0x02,4,0x02,1,second,",
      "0x00000000000000000009,0x01,1,0x02,3,Cid,30",
      "0x0000000000000000000A,0x01,4,0x02,1,first,",
    ];
    const header = "__$start_lsn,__$seqval,__$operation,__$update_mask,ID,Name,Price,tran_end_time";
    const file = [header, ...rows.map((row) => `${row},2026-02-01 10:00:00`)].join("\n");
    const ran = await run("  log: { extractor: cdc, path: dbo_Goods_CT.csv }", { "dbo_Goods_CT.csv": `${file}\n` });
    expect(goods(ran)).toEqual([
      [1, "third", null],
      [2, "Bob", "20.0000"],
    ]);
  });
});
