import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import csv from "../../../src/extract/csv/index.ts";
import { makeTable, mapTable } from "../../extract/harness.ts";
import { buildZip } from "../../support/zip-builder.ts";
import { byteMutators } from "../bytes.ts";
import { defineFormat, type Seed } from "../format.ts";
import { inMembers } from "../zips.ts";

const fixtures = path.join(import.meta.dirname, "../../../fixtures/extract/containers");
const table = makeTable("dbo.Orders", { OrderID: "int", Customer: "nvarchar", Total: "money", Note: "nvarchar" });
const text = "OrderID,Customer,Total,Note\n1,Käufer,1.50,\n2,B,2.00,x\n3,C,3.00,y\n";

function seedOf(name: string, bytes: Buffer): Seed {
  return { name, files: { [name]: bytes }, options: { path: "*" }, mappings: [mapTable(table)] };
}

/** Encrypted archives are refused as a whole: there is nothing to damage. */
function seeds(): Seed[] {
  const committed = fs
    .readdirSync(fixtures)
    .filter((file) => /\.(?:bz2|zst|zip)$/.test(file) && file !== "encrypted.zip")
    .map((file) => seedOf(file, fs.readFileSync(path.join(fixtures, file))));
  const members = [
    { name: "a/orders.csv", content: text },
    { name: "b.csv.gz", content: gzipSync(text) },
  ];
  const built = [
    seedOf("streamed-members.zip", buildZip(...members.map((member) => ({ ...member, streamed: true })))),
    seedOf("large.zip", buildZip(...members.map((member) => ({ ...member, zip64: true })))),
    seedOf("two.gz", Buffer.concat([gzipSync(text), gzipSync("4,D,4.00,z\n")])),
  ];
  return [...committed, ...built];
}

export default defineFormat({
  extractor: csv,
  seeds,
  prefersOwn: true,
  mutators: [inMembers(byteMutators), inMembers(byteMutators), ...byteMutators],
});
