/** Sign-off packs: every row in the pack of its parent, nothing lost between them, and data that stays data. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { report } from "../../src/pipeline.ts";
import { silentReporter } from "../../src/progress.ts";
import { FileNames, fileStem } from "../../src/report/packs/file-names.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { outputBytes, runFiles, runRecipe, services, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = `
CREATE TABLE dbo.Customers (Code nvarchar(40) NOT NULL PRIMARY KEY, Name nvarchar(60) NOT NULL, Phone varchar(20), Boss nvarchar(40) REFERENCES dbo.Customers)
CREATE TABLE dbo.Orders (OrderID int IDENTITY NOT NULL PRIMARY KEY, Code nvarchar(40) NULL REFERENCES dbo.Customers, Payer nvarchar(40) NULL REFERENCES dbo.Customers, Note nvarchar(max))
CREATE TABLE dbo.Lines (OrderID int NOT NULL REFERENCES dbo.Orders, Line int NOT NULL, Qty int NOT NULL, Code nvarchar(40) NULL REFERENCES dbo.Customers, PRIMARY KEY (OrderID, Line))
CREATE TABLE dbo.Parts (OrderID int NOT NULL, Line int NOT NULL, Part int NOT NULL, Whole int NULL, PRIMARY KEY (OrderID, Line, Part), FOREIGN KEY (OrderID, Line) REFERENCES dbo.Lines)
`;
const complete = { extractor: "csv", null: "", coverage: "complete" };
const recipe = {
  incident: "packs",
  target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
  sources: {
    old: { ...complete, path: "old/*.csv", asOf: "2024-01-01T00:00:00Z" },
    live: { ...complete, path: "live/*.csv", asOf: "2024-02-01T00:00:00Z" },
    crm: { extractor: "csv", null: "", path: "crm/Customers.csv", tables: { "dbo.Customers": {} } },
  },
  rules: { default: ["ask"], inferredDeletes: "100%" },
};
const live = {
  "live/Customers.csv": "Code,Name,Phone,Boss\nALFKI,Alfred,111,\nANATR,,222,alfki \nLONER,Lone,333,\n",
  "live/Orders.csv": "OrderID,Code,Payer\n1,ALFKI,\n2,alfki ,ALFKI\n3,LONER,ALFKI\n4,,\n5,ANATR,\n8,ALFKI,\n",
  "live/Lines.csv": "OrderID,Line,Qty,Code\n1,1,5,\n1,2,,\n2,1,7,LONER\n3,1,1,\n",
  "live/Parts.csv": "OrderID,Line,Part\n1,1,1\n1,1,2\n2,1,1\n",
};

function files(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    "recipe.yaml": JSON.stringify(recipe),
    "schema.sql": schema,
    ...live,
    "old/Customers.csv": "Code,Name,Phone,Boss\nALFKI,Alfred,110,\nGONER,Gone,444,\n",
    "old/Orders.csv": "OrderID,Code,Payer\n7,ALFKI,\n",
    "old/Lines.csv": "OrderID,Line,Qty,Code\n1,1,5,\n",
    "old/Parts.csv": "OrderID,Line,Part\n1,1,1\n",
    "crm/Customers.csv": "Code,Phone\nALFKI,999\n",
    ...more,
  };
}

interface Packed {
  readonly folder: string;
  readonly index: Record<string, string>[];
  readonly page: (key: string) => string;
}

async function pack({ incident }: Pick<Ran, "incident">, by: string, masks: string[] = []): Promise<Packed> {
  const { packs } = await report(incident, services, { by, masks });
  const folder = packs?.folder ?? "";
  const index = parse(fs.readFileSync(path.join(folder, "index.csv"), "utf8"), { columns: true }) as Record<
    string,
    string
  >[];
  const fileOf = (key: string) => index.find((entry) => entry["key"] === key)?.["file"] ?? "none";
  return { folder, index, page: (key) => textOf(fs.readFileSync(path.join(folder, fileOf(key)), "utf8")) };
}

/** What a person reads, without styles, a space between elements. */
function textOf(html: string): string {
  return html
    .replace(/<head>[^]*<\/head>/, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");
}

function numbers(entry: Record<string, string> | undefined): unknown[] {
  return ["this row", "recovered", "withheld", "deleted", "provisional"].map((name) => entry?.[name]);
}

describe("a pack", () => {
  it("has what refers to its row, by one way or several, one table far or three, under the target's equality", async () => {
    const { index, page } = await pack(await runFiles(files()), "customers");
    const byKey = Object.fromEntries(index.map((entry) => [entry["key"], numbers(entry)]));
    expect(byKey).toEqual({
      // Orders 1, 2, 8 and, as payer, 3; lines 1/1, 2/1, 3/1; parts of 1/1 (two) and 2/1. Withheld: ANATR of which it is the boss, line 1/2.
      ALFKI: ["recovered", "10", "2", "1", "1"],
      ANATR: ["withheld", "0", "1", "0", "0"],
      // No source has it any more.
      GONER: ["deleted", "0", "0", "0", "0"],
      // Order 3 with its line; line 2/1 by its own Code, with its part.
      LONER: ["recovered", "4", "0", "0", "0"],
    });
    const alfki = page("ALFKI");
    expect(alfki).toContain(
      "Phone 999 provisional 2 values, no rule decided; shown as in crm 111 claimed too: live 110 older: old",
    );
    expect(alfki).toContain("dbo.Lines: 1 row withheld");
    expect(alfki).toMatch(/Withheld: not written 1, 2 not null: Qty is NULL/);
    expect(alfki).toMatch(/Deleted before the loss 7 /);
    expect(alfki).toContain("dbo.Orders: no source says Note in 4 rows.");
    expect(alfki).toContain("dbo.Orders: 1 id missing: 1 unknown (lost, or never given out)");
    expect(alfki).toMatch(/Sign-off .* Remarks Name Date Signature/);
    expect(page("ANATR")).toContain("The row of dbo.Customers itself is withheld and not in the rebuilt database");
    expect(page("ANATR")).toContain("no parent: its row of dbo.Customers is not recovered");
    expect(page("GONER")).toContain("was deleted before the loss");
    expect(page("LONER")).toContain("dbo.Customers No rows belong here");
  });

  it("tells in the index what belongs to nobody, and accounts for every row", async () => {
    const ran = await runFiles(files());
    const { index, folder } = await pack(ran, "dbo.Orders");
    expect(index.map((entry) => entry["key"])).toEqual(["1", "2", "3", "4", "5", "7", "8"]);
    const sums = ["recovered", "withheld", "deleted"].map((name) =>
      index.reduce((sum, entry) => sum + Number(entry[name]), 0),
    );
    const below = ran.report.summary.tables.filter(({ table }) => ["dbo.Lines", "dbo.Parts"].includes(table));
    const total = (of: (table: (typeof below)[number]) => number): number =>
      below.reduce((sum, each) => sum + of(each), 0);
    expect(sums).toEqual([
      total((each) => each.emitted),
      total((each) => each.withheld),
      total((each) => each.deleted),
    ]);
    const customers = await pack(ran, "Customers");
    const page = textOf(fs.readFileSync(path.join(customers.folder, "index.html"), "utf8"));
    expect(page).toContain("dbo.Orders: 1 row recovered: 4");
    expect(page).not.toContain("dbo.Lines: 1 row");
    expect(textOf(fs.readFileSync(path.join(folder, "index.html"), "utf8"))).not.toContain("In no pack");
  });

  it("shows a self-reference once, and closes no circle", async () => {
    const own = await pack(await runFiles(files()), "Customers");
    expect(own.page("ALFKI").match(/dbo\.Customers 0 rows recovered|dbo\.Customers \d+ rows? recovered/g)).toHaveLength(
      1,
    );
    const circle = await runFiles({
      "recipe.yaml": JSON.stringify({ ...recipe, sources: { live: recipe.sources.live } }),
      "schema.sql": `CREATE TABLE dbo.A (ID int PRIMARY KEY, B int NULL)
GO
CREATE TABLE dbo.B (ID int PRIMARY KEY, A int NULL REFERENCES dbo.A, Up int NULL REFERENCES dbo.B)
GO
ALTER TABLE dbo.A ADD FOREIGN KEY (B) REFERENCES dbo.B`,
      "live/A.csv": "ID,B\n1,1\n2,\n",
      "live/B.csv": "ID,A,Up\n1,1,\n2,,1\n3,,2\n4,2,\n",
    });
    const { index, folder } = await pack(circle, "A");
    expect(index.map(numbers)).toEqual([
      // B 1, and B 2 above which it stands; B 3 is two steps away.
      ["recovered", "2", "0", "0", "0"],
      ["recovered", "1", "0", "0", "0"],
    ]);
    expect(fs.readFileSync(path.join(folder, "index.html"), "utf8")).toContain("dbo.B: 1 row recovered: 3");
  });

  it("keeps hostile keys and values what they are: file names, markup, formulas, directions, lengths", async () => {
    const keys = [
      "../../x",
      "CON",
      "con.txt",
      "<script>alert(1)</script>",
      "=cmd|'/c calc'!A1",
      "index",
      "a\u202Eb",
      ".",
    ];
    const rows = keys.map((key, number) => `"${key}","=HYPERLINK(${number})<img src=x onerror=alert(1)>",,`);
    const long = "x\u0000".repeat(500_000);
    const ran = await runFiles(
      files({
        "live/Customers.csv": `${live["live/Customers.csv"]}${rows.join("\n")}\n`,
        "live/Orders.csv": `OrderID,Code,Note\n1,CON,"${long}"\n`,
        "live/Lines.csv": "OrderID,Line,Qty\n1,1,1\n",
        "live/Parts.csv": "OrderID,Line,Part\n1,1,1\n",
      }),
    );
    const { folder, index, page } = await pack(ran, "Customers");
    const names = fs.readdirSync(folder);
    expect(names).toHaveLength(index.length + 2);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of names)
      expect(name).toMatch(/^(?!con\.)[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(?:html|csv)$|^index\.html$/);
    expect(fs.readdirSync(path.dirname(folder))).toEqual(["dbo.Customers"]);
    for (const name of names.filter((each) => each.endsWith(".html"))) {
      const html = fs.readFileSync(path.join(folder, name), "utf8");
      expect(html).not.toMatch(/<script>alert|<img|\u202E/);
      expect(html.includes("\0")).toBe(false);
      expect(html.length).toBeLessThan(200_000);
    }
    expect(page("CON")).toContain("(1,000,000 characters)");
    expect(page("a\u202Eb")).toContain(String.raw`\u{202E}`);
    const raw = fs.readFileSync(path.join(folder, "index.csv"), "utf8");
    expect(raw).toContain(`"'=cmd|'/c calc'!A1"`);
    expect(raw).toContain(`"'=HYPERLINK(0)`);
  });

  it("is the same bytes on every run, replaces earlier ones, and leaves nothing half-written", async () => {
    const ran = await runFiles(files());
    const { folder } = await pack(ran, "Customers");
    const first = outputBytes(ran.incident.directory);
    fs.writeFileSync(path.join(folder, "stale.html"), "");
    await pack(ran, "Customers");
    expect(outputBytes(ran.incident.directory)).toEqual(first);
    const controller = new AbortController();
    const aborting = { ...silentReporter, task: () => (controller.abort(), silentReporter.task("", "")) };
    const many = files({
      "live/Customers.csv": `Code,Name\n${Array.from({ length: 50 }, (_, n) => `C${n},N`).join("\n")}\n`,
    });
    const large = await runFiles(many);
    const interrupted = report(large.incident, { reporter: aborting, signal: controller.signal }, { by: "Customers" });
    await expect(interrupted).rejects.toThrow(/abort/i);
    expect(fs.readdirSync(path.join(layoutOf(large.incident.directory).report, "by"))).toEqual([]);
  });

  it("keeps apart keys whose texts are alike", async () => {
    const tables = { "dbo.Pairs": {} };
    const ran = await runFiles({
      "recipe.yaml": JSON.stringify({
        ...recipe,
        sources: {
          one: { extractor: "csv", path: "one.csv", tables },
          two: { extractor: "csv", path: "two.csv", tables },
        },
      }),
      "schema.sql": "CREATE TABLE dbo.Pairs (A nvarchar(9), B nvarchar(9), Said nvarchar(9), PRIMARY KEY (A, B))",
      "one.csv": 'A,B,Said\n"x, y",z,uno\nx,"y, z",same\n',
      "two.csv": 'A,B,Said\n"x, y",z,dos\nx,"y, z",same\n',
    });
    const { folder } = await pack(ran, "Pairs");
    const pages = fs.readdirSync(folder).filter((name) => name.endsWith(".html") && name !== "index.html");
    const texts = pages.map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    expect(texts).toHaveLength(2);
    expect(texts.filter((text) => text.includes("no rule decided"))).toHaveLength(1);
    expect(texts.find((text) => text.includes("no rule decided"))).not.toContain("same");
  });

  it("asks for a table that is rebuilt", async () => {
    const { incident } = await runFiles(files());
    const error = await userErrorOf(report(incident, services, { by: "Custmers" }));
    expect(error.remedy).toBe('Did you mean "dbo.Customers"?');
  });

  it("flagship: every emitted order is in exactly one customer's pack, and the counts are the summary's", async () => {
    const ran = await runRecipe("recipes/flagship.yaml", path.join(temporaryFolder(), "flagship"));
    const { index, folder } = await pack(ran, "dbo.Customers");
    const orders = ran.incident.tables.find(({ id }) => id === "dbo.Orders");
    const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
    const emitted = orders === undefined ? [] : [...reader.rows(orders)].flat().map(([id]) => String(id));
    reader.close();
    const found = index.flatMap(({ file = "" }) => {
      const html = fs.readFileSync(path.join(folder, file), "utf8");
      const [, section = ""] = /<h2>dbo\.Orders<\/h2>([^]*?)<\/section>/.exec(html) ?? [];
      return [...section.matchAll(/<tr><td class="c-\w+"><bdi class="value" dir="auto">(\d+)<\/bdi>/g)].map(
        ([, id]) => id,
      );
    });
    expect(emitted).toHaveLength(899);
    expect(new Set(found)).toEqual(new Set(emitted));
    expect(found).toHaveLength(emitted.length);
    const customers = ran.report.summary.tables.find(({ table }) => table === "dbo.Customers");
    expect(index).toHaveLength(customers?.keys ?? 0);
    const provisional = index.reduce((sum, entry) => sum + Number(entry["provisional"]), 0);
    expect(provisional).toBe(customers?.cells.contested);
  });
});

describe("names of files", () => {
  it.each([
    ["ALFKI", "ALFKI"],
    ["10248, 11", "10248_11"],
    ["dbo.Customers", "dbo.Customers"],
  ])("%s is %s", (key, name) => expect(fileStem(key)).toBe(name));

  it.each(["", ".", "..", "a/b", String.raw`a\b`, "NUL", "com1.txt", "a.", "x".repeat(500), "ä", "-rf"])(
    "%s is cleaned, and keeps a hash",
    (key) => expect(fileStem(key)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*-[0-9a-f]{10}$/),
  );

  it("no two are alike on a file system without cases", () => {
    const names = new FileNames(["index"]);
    expect([names.take("abc", 1), names.take("ABC", 2), names.take("abc-2", 3), names.take("Index", 4)]).toEqual([
      "abc",
      "ABC-2",
      "abc-2-3",
      "Index-4",
    ]);
  });
});
