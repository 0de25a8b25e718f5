/**
 * Runs one extractor over one file and counts what it yields; nothing is kept. A process of its own, so that its peak
 * memory is the extractor's. Arguments: extractor, file, schema, its other options as JSON; prints the rows and the seconds.
 */
import fs from "node:fs";
import path from "node:path";
import { expandArchives } from "../../src/extract/containers/archives.ts";
import type { EvidenceFile, ExtractContext } from "../../src/extract/extractor.ts";
import { findExtractor } from "../../src/extract/registry.ts";
import { loadSchema } from "../../src/schema/load.ts";
import { withRowTime } from "../../src/schema/model.ts";

const [id, file, schemaFile, more = "{}"] = process.argv.slice(2);
if (id === undefined || file === undefined || schemaFile === undefined) throw new Error("expected three arguments");

const evidence: EvidenceFile = { path: file, name: path.basename(file), bytes: fs.statSync(file).size, sha256: "" };
const schema = await loadSchema(schemaFile);
let quarantined = 0;

const extractor = findExtractor(id);
const tables = extractor.timesRows === true ? schema.tables.map((table) => withRowTime(table)) : schema.tables;

const context: ExtractContext = {
  files: [evidence],
  folder: path.dirname(file),
  mappings: tables.map((table) => ({ table, columns: new Map(), cutAt: new Map() })),
  signal: new AbortController().signal,
  read: () => undefined,
  skip: () => undefined,
  evidence: () => undefined,
  quarantine: () => quarantined++,
  leftover: () => undefined,
  warn: () => undefined,
  log: () => undefined,
  zone: "UTC",
  offline: false,
  partial: () => undefined,
  capture(): never {
    throw new Error("files are not captured");
  },
  progress: () => undefined,
};

const files = extractor.members === undefined ? [evidence] : await expandArchives([evidence], undefined);
const options = extractor.options.parse({ path: file, ...(JSON.parse(more) as object) });
let rows = 0;
const start = performance.now();
for await (const batch of extractor.extract(options, { ...context, files })) rows += batch.rows.length;
if (quarantined > 0) throw new Error(`${quarantined} records of the generated file were quarantined`);
process.stdout.write(`${rows} ${(performance.now() - start) / 1000}\n`);
