/**
 * Reads a program's records through the `exec` extractor and keeps nothing. A process of its own, so that its peak memory is the extractor's.
 * Argument: how many records of 2 kB. Prints one record: how many came (ID), and the peak in bytes (Value).
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CaptureFolder } from "../../src/extract/capture/folder.ts";
import exec from "../../src/extract/exec/index.ts";
import type { ExtractContext } from "../../src/extract/extractor.ts";
import { makeTable } from "../model.ts";

const [records] = process.argv.slice(2);
const program = `const text = "x".repeat(2000);
let id = 0;
const print = () => {
  while (id < ${records}) if (!process.stdout.write(JSON.stringify({ ID: ++id, Name: text }) + "\\n")) return process.stdout.once("drain", print);
};
print();`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-memory-"));
const table = makeTable("T", [{ name: "ID" }, { name: "Name", type: { name: "nvarchar", length: "max" } }], ["ID"]);
const context: ExtractContext = {
  files: [],
  folder,
  mappings: [{ table, columns: new Map(), cutAt: new Map() }],
  signal: new AbortController().signal,
  read: () => undefined,
  skip: () => undefined,
  evidence: () => undefined,
  quarantine: () => undefined,
  leftover: () => undefined,
  warn: () => undefined,
  log: () => undefined,
  partial: () => undefined,
  zone: "UTC",
  offline: false,
  capture: () => new CaptureFolder({ folder, shown: "captured" }),
  progress: () => undefined,
};

try {
  let rows = 0;
  const options = exec.options.parse({ command: [process.execPath, "-e", program] });
  for await (const batch of exec.extract(options, context)) rows += batch.rows.length;
  process.stdout.write(`${JSON.stringify({ ID: rows, Value: process.resourceUsage().maxRSS * 1024 })}\n`);
} finally {
  fs.rmSync(folder, { recursive: true });
}
