/** `npm run docs` writes the reference pages of the extractors; `npm run docs:check` fails where they are stale. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { extractors } from "../extract/registry.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { extractorReference } from "./reference.ts";

const folder = fileURLToPath(new URL("../../docs/reference/extractors/", import.meta.url));
const pages = new Map(extractors.map((extractor) => [`${extractor.id}.md`, extractorReference(extractor)]));

function staleIn(standing: readonly string[]): string[] {
  const outdated = [...pages].filter(([name, page]) => !standing.includes(name) || read(name) !== page);
  return [...outdated.map(([name]) => name), ...standing.filter((name) => !pages.has(name))];
}

function read(name: string): string {
  return fs.readFileSync(path.join(folder, name), "utf8");
}

function update(name: string): void {
  const page = pages.get(name);
  if (page === undefined) fs.rmSync(path.join(folder, name));
  else writeFileAtomic(path.join(folder, name), page);
}

const stale = staleIn(fs.existsSync(folder) ? fs.readdirSync(folder) : []);
if (!process.argv.includes("--check")) for (const name of stale) update(name);
else if (stale.length > 0) {
  process.stderr.write(`docs/reference/extractors is stale (${stale.join(", ")}): run \`npm run docs\`\n`);
  process.exitCode = 1;
}
