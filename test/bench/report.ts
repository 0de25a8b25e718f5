/**
 * `npm run bench:report`: an incident of 1,000,000 rows and 200,000 conflicts (`-- --rows N`): how long index and report take, how
 * large the page is, how fast the review answers.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { layoutOf } from "../../src/incident.ts";
import { emit, openIncident, openReview, run } from "../../src/pipeline.ts";
import { silentReporter } from "../../src/progress.ts";

const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" }, dir: { type: "string" } } });
const rows = Number(values.rows);
const folder = values.dir ?? fs.mkdtempSync(path.join(os.tmpdir(), "salvage-bench-"));
const services = { reporter: silentReporter, signal: new AbortController().signal };

/** Of ten rows one is cut, one has another credit. */
function line(id: number, isCopy: boolean): string {
  const name = `Customer number ${id} of the north`;
  const kind = id % 10;
  const shown = isCopy && kind === 3 ? name.slice(0, 20) : name;
  const credit = isCopy && kind === 7 ? id + 1 : id;
  return `${id},${shown},${credit}.00,Town ${id % 997}\n`;
}

function writeCsv(name: string, isCopy: boolean): void {
  const file = fs.openSync(path.join(folder, name), "w");
  fs.writeSync(file, "ID,Name,Credit,City\n");
  for (let from = 1; from <= rows; from += 10_000) {
    const ids = Array.from({ length: Math.min(10_000, rows - from + 1) }, (_, index) => from + index);
    fs.writeSync(file, ids.map((id) => line(id, isCopy)).join(""));
  }
  fs.closeSync(file);
}

function prepare(): void {
  writeCsv("crm.csv", false);
  writeCsv("legacy.csv", true);
  const tables = { "dbo.Customers": {} };
  const source = (name: string) => ({ extractor: "csv", path: name, null: "", tables });
  const recipe = {
    incident: "bench",
    target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
    sources: { crm: source("crm.csv"), legacy: source("legacy.csv") },
    rules: { default: ["ask"], tables: { "dbo.Customers": { columns: { Name: [{ prefer: ["crm"] }] } } } },
  };
  fs.writeFileSync(path.join(folder, "recipe.yaml"), JSON.stringify(recipe));
  fs.writeFileSync(
    path.join(folder, "schema.sql"),
    "CREATE TABLE dbo.Customers (ID int IDENTITY(1,1) NOT NULL PRIMARY KEY, Name nvarchar(60), Credit money, City nvarchar(40))",
  );
}

async function timed<Result>(name: string, work: () => Promise<Result> | Result): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`${name}: ${(performance.now() - start).toFixed(0)} ms`);
  return result;
}

const open = () =>
  openIncident({ recipe: path.join(folder, "recipe.yaml"), directory: path.join(folder, "incident"), environment: {} });

if (values.dir === undefined || !fs.existsSync(path.join(folder, "recipe.yaml"))) prepare();
const incident = await open();
await timed("run, all of it", () => run(incident, services));
const layout = layoutOf(incident.directory);
fs.rmSync(layout.review);
await timed("emit with index and report", () => emit(incident, services));
await timed("emit with report alone", () => emit(incident, services));
for (const name of fs.readdirSync(layout.report))
  console.log(`  ${name}: ${fs.statSync(path.join(layout.report, name)).size} bytes`);
const session = await timed("review: opened", () => openReview(incident, services));
const [group] = await timed("review: the queue", () => session.groups());
const id = group?.id ?? "";
await timed("review: progress", () => session.progress());
const [, second] = await timed("review: 50 items", () => session.items(id, 0, 50));
await timed("review: the first item", () => session.item(second?.id ?? 0));
const last = await timed("review: the last item", () => session.item((second?.id ?? 0) + (group?.items ?? 0) - 3));
await timed("review: raw record", () =>
  session.raw(last.item.id, last.claims[0]?.witnesses[0]?.source ?? "", last.claims[0]?.witnesses[0]?.locator ?? ""),
);
const who = { by: "bench", why: "to measure" };
await timed("review: a decision", () => session.decide(last.item.id, { kind: "claim", number: 2 }, last.seen, who));
await timed("review: another", () => {
  const next = session.item(last.item.id - 1);
  session.decide(next.item.id, { kind: "claim", number: 1 }, next.seen, who);
});
const decided = await timed("review: the whole group", () => session.decideGroup(id, { prefer: ["crm"] }, who));
await timed("review: the queue behind it", () => session.groups());
await timed("review: an item behind it", () => session.item(last.item.id));
session.close();
console.log(`${decided} cells decided as a group`);
await timed("run with the decisions", async () => run(await open(), services));
console.log(`rows: ${rows}; ${folder}`);
