import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import bacpac from "../../../src/extract/bacpac/index.ts";
import { evidenceFile, mapTable } from "../../extract/harness.ts";
import { buildPackage, type PackageSpec } from "../../support/bacpac-builder.ts";
import { allTypes, details, newer, orders, wholeRows, withPart } from "../../support/bacpac-samples.ts";
import { byteMutators } from "../bytes.ts";
import { defineFormat, type Seed } from "../format.ts";
import { xmlMutator } from "../xml.ts";
import { inMembers } from "../zips.ts";

const specs: Readonly<Record<string, PackageSpec>> = {
  types: { tables: [allTypes(true)] },
  required: { tables: [allTypes(false)], method: "deflated" },
  parts: { tables: [orders, details] },
  "cut-row": withPart(wholeRows.subarray(0, -3)),
  newer,
};

async function seeds(): Promise<Seed[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-fuzz-"));
  try {
    const all: Seed[] = [];
    for (const [name, spec] of Object.entries(specs)) all.push(await seedOf(name, buildPackage(spec), folder));
    return all;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** The package feeds the tables that it has before it is damaged. */
async function seedOf(name: string, bytes: Buffer, folder: string): Promise<Seed> {
  const file = path.join(folder, "shop.bacpac");
  fs.writeFileSync(file, bytes);
  const { signal } = new AbortController();
  const schema = await bacpac.schema?.({ path: "*" }, { files: [evidenceFile(file, folder)], signal });
  const mappings = (schema?.tables ?? []).map((table) => mapTable(table));
  return { name, files: { "shop.bacpac": bytes }, options: { path: "*" }, mappings };
}

export default defineFormat({
  extractor: bacpac,
  seeds,
  prefersOwn: true,
  mutators: [inMembers([xmlMutator, ...byteMutators]), inMembers(byteMutators)],
});
