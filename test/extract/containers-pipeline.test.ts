/** Compressed files and archives as sources of whole incidents. */
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { orders } from "../../fixtures/extract/containers/orders.ts";
import { layoutOf } from "../../src/incident.ts";
import { checkIncident, explain, openIncident } from "../../src/pipeline.ts";
import { SourceReader } from "../../src/stage/source-reader.ts";
import { emittedRows, type Ran, runFiles, services, temporaryFolder } from "../incident.ts";
import { buildZip, layOutZip } from "../support/zip-builder.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/containers");
const fixture = (name: string): Buffer => fs.readFileSync(path.join(fixtures, name));

const schema =
  "CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, Customer nvarchar(40), Total money, Note nvarchar(40))";
const many = orders(6000);

function recipe(source: string): string {
  return `
incident: containers
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  nightly:
    extractor: csv
    ${source}
    asOf: 2026-03-14T02:00:00Z
    tables: { dbo.Orders: {} }
`;
}

async function runWith(source: string, files: Readonly<Record<string, string | Buffer>>): Promise<Ran> {
  return runFiles({ "recipe.yaml": recipe(source), "schema.sql": schema, ...files });
}

const rowsOf = (ran: Ran): unknown[][] => emittedRows(ran, ran.incident.tables[0]!);

function lossesOf({ incident }: Ran): readonly string[] {
  const reader = new SourceReader(layoutOf(incident.directory).staged("nightly"));
  const { losses } = reader.notes();
  reader.close();
  return losses;
}

describe("the same rows as from the plain file", () => {
  test.each([
    ["path: orders.csv.gz", { "orders.csv.gz": gzipSync(many) }],
    ["path: orders.csv.bz2", { "orders.csv.bz2": fixture("blocks.bz2") }],
    ["path: orders.csv.zst", { "orders.csv.zst": fixture("checksum.zst") }],
    ["path: '*.zip'\n    members: orders.csv", { "nightly.zip": fixture("infozip.zip") }],
    ["path: nightly.zip", { "nightly.zip": buildZip({ name: "orders.csv.gz", content: gzipSync(many) }) }],
  ])("%s", async (source, files) => {
    const plain = await runWith("path: orders.csv", { "orders.csv": many });
    const ran = await runWith(source, files);
    expect(ran.report.summary.sources).toMatchObject([{ read: 6001, staged: 6000, skipped: 1, quarantined: 0 }]);
    expect(rowsOf(ran)).toEqual(rowsOf(plain));
  });
});

it("evidence lists the archive once, with its members; a cell is traced to archive, member and line", async () => {
  const ran = await runWith("path: evidence/*.zip\n    members: ['*.csv']", {
    "evidence/nightly.zip": buildZip(
      { name: "a.csv", content: "OrderID,Customer,Total,Note\n1,Ada,1,x\n" },
      { name: "b.csv", content: "OrderID,Customer,Total,Note\n2,Bo,2,y\n" },
      { name: "readme.txt", content: "no rows" },
    ),
  });
  const archive = path.join(ran.incident.recipe.folder, "evidence/nightly.zip");
  const evidence = JSON.parse(fs.readFileSync(layoutOf(ran.incident.directory).evidence, "utf8")) as unknown;
  expect(evidence).toEqual([
    {
      source: "nightly",
      path: "evidence/nightly.zip",
      bytes: fs.statSync(archive).size,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      members: ["a.csv", "b.csv"],
    },
  ]);
  const told = JSON.stringify(await explain(ran.incident, "dbo.Orders", ["2"], "Customer"));
  expect(told).toContain("evidence/nightly.zip/b.csv");
});

it("an archive that is cut: the records before the cut are staged, and the loss is told", async () => {
  const { bytes, at } = layOutZip([
    { name: "orders-1.csv", content: many },
    { name: "orders-2.csv", content: many.replaceAll(/^(\d+),/gm, "9$1,") },
  ]);
  const ran = await runWith("path: nightly.zip", { "nightly.zip": bytes.subarray(0, (at[1] as number) + 40_000) });
  const [source] = ran.report.summary.sources;
  expect(source?.staged).toBeGreaterThan(8000);
  expect(source?.staged).toBeLessThan(12_000);
  expect(source?.read).toBe((source?.staged ?? 0) + (source?.skipped ?? 0) + (source?.quarantined ?? 0));
  const losses = lossesOf(ran).join("\n");
  expect(losses).toContain("nightly.zip: the archive is cut short or damaged");
  expect(losses).toContain("the file is cut short: the archive ends in the middle of it");
});

it("a member that cannot be read is a loss; check tells it before the run", async () => {
  const folder = temporaryFolder();
  const files = { "nightly.zip": fixture("encrypted.zip") };
  const ran = await runFiles({ "recipe.yaml": recipe("path: nightly.zip"), "schema.sql": schema, ...files }, folder);
  expect(lossesOf(ran).join("\n")).toMatch(/nightly\.zip: the member "few\.csv" is not read: it is encrypted/);
  const incident = await openIncident({
    recipe: path.join(folder, "recipe.yaml"),
    directory: path.join(folder, "other"),
    environment: {},
  });
  expect(await checkIncident(incident, services)).toMatchObject([
    {
      files: [{ name: "nightly.zip/orders.csv" }],
      losses: [expect.stringContaining('"few.csv" is not read: it is encrypted')],
    },
  ]);
});
