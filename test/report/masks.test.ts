/** Masks: no value of a masked column leaves staging in a report. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { decide, openIncident, report, run } from "../../src/pipeline.ts";
import { maskFault } from "../../src/recipe/masks.ts";
import { maskedRaw } from "../../src/report/masks.ts";
import { masksOf } from "../../src/steps/masks.ts";
import { rewriteReport } from "../../src/steps/report.ts";
import { writeDifferences } from "../../src/report/differences.ts";
import { salvage } from "../cli/harness.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { outputBytes, runFiles, services, temporaryFolder, writeFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = `
CREATE TABLE dbo.Customers (Code nvarchar(20) NOT NULL PRIMARY KEY, Email varchar(40), Phone varchar(20), Born date)
CREATE TABLE dbo.Orders (OrderID int IDENTITY NOT NULL PRIMARY KEY, Customer nvarchar(20) NULL REFERENCES dbo.Customers, Contact varchar(20))
CREATE TABLE dbo.Visits (Customer nvarchar(20) NOT NULL, Day int NOT NULL, OrderID int NULL REFERENCES dbo.Orders, PRIMARY KEY (Customer, Day))
`;
const secrets = {
  code: ["SECRETA", "SECRETB", "SECRETC", "SECRETD"],
  email: ["a@secret.example", "b@secret.example", "other@secret.example"],
  phone: ["+1 555 0001", "+1 555 0002", "+1 555 0003", "far too long a number, +1 555 0004 0004"],
  born: ["1970-05-05", "1971-06-06", "the 5th of May, 1999"],
};
const [a, b, c, d] = secrets.code;

function files(mask?: readonly string[]): Record<string, string> {
  return {
    "recipe.yaml": JSON.stringify({
      incident: "masks",
      target: { dialect: "sqlite", schema: "schema.sql" },
      sources: {
        crm: { extractor: "csv", null: "NULL", path: "crm/*.csv" },
        shop: { extractor: "csv", null: "NULL", path: "shop/*.csv" },
      },
      rules: {
        default: ["ask"],
        tables: { "dbo.Customers": { identity: { natural: ["Email"], stable: true } } },
      },
      ...(mask === undefined ? {} : { report: { mask } }),
    }),
    "schema.sql": schema,
    "crm/Customers.csv": `Code,Email,Phone,Born\n${a},a@secret.example,+1 555 0001,1970-05-05\n${b},b@secret.example,+1 555 0003,"the 5th of May, 1999"\n${c},,NULL,1970-05-05\n${d},b@secret.example,"far too long a number, +1 555 0004 0004",1971-06-06\n${b},one,field,too,many\n`,
    "shop/Customers.csv": `Code,Email,Phone\n${a},a@secret.example,+1 555 0002\n${b},other@secret.example,+1 555 0003\n`,
    "crm/Orders.csv": `OrderID,Customer,Contact\n1,${a},+1 555 0001\n2,${b},+1 555 0003\n3,${c},\n`,
    "crm/Visits.csv": `Customer,Day,OrderID\n${a},1,1\n${b},2,9\n`,
  };
}

const all = ["Email", "*phone*=hash", "dbo.customers.Born", "Contact=hash", "dbo.Customers.Code", "Visits.Customer"];

/** Every file below `report/`, by its name there. */
function reported({ incident }: Pick<Ran, "incident">): Map<string, string> {
  const { report: folder } = layoutOf(incident.directory);
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = names.filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return new Map(
    found.map((name) => [name.split(path.sep).join("/"), fs.readFileSync(path.join(folder, name), "utf8")]),
  );
}

function leaks(ran: Pick<Ran, "incident">, values: readonly string[]): string[] {
  const shown = [...reported(ran)].flatMap(([name, text]) =>
    [name, ...`${name}\n${text}`.split("\n")].map((line) => ({ name, line })),
  );
  return values.flatMap((value) =>
    shown.filter(({ line }) => line.includes(value)).map(({ name }) => `${value} in ${name}`),
  );
}

function list(ran: Pick<Ran, "incident">, name: string): Record<string, string>[] {
  return parse(reported(ran).get(name) ?? "", { columns: true }) as Record<string, string>[];
}

async function again({ incident }: Pick<Ran, "incident">): Promise<Ran> {
  const opened = await openIncident({ recipe: incident.recipe.file, directory: incident.directory, environment: {} });
  return { incident: opened, report: await run(opened, services) };
}

const everySecret = Object.values(secrets).flat();

describe("masked columns", () => {
  it("are in no list and no pack, whatever says them: values, keys, file names, reasons, evidence, raw records", async () => {
    const clear = await runFiles(files());
    await report(clear.incident, services, { by: "Customers" });
    // The incident does hold them in reports, where nothing is masked.
    for (const value of everySecret) expect(leaks(clear, [value])).not.toEqual([]);
    const ran = await runFiles(files(all));
    await decide(ran.incident, {
      table: "Customers",
      verdict: { kind: "cell", key: [a ?? ""], column: "Phone", value: "+1 555 0002" },
      by: "anna",
      why: "she says 0001 is old: call +1 555 0002",
    });
    const decided = await again(ran);
    for (const by of ["Customers", "Orders", "Visits"]) await report(decided.incident, services, { by });
    expect(leaks(decided, everySecret)).toEqual([]);
    const names = [...reported(decided).keys()];
    expect(names.filter((name) => name.startsWith("by/dbo.Customers/"))).toHaveLength(4 + 3);
    expect(list(decided, "withheld.csv")).toEqual([
      { table: "dbo.Customers", key: "*****", reason: "identity: two rows under one id" },
      { table: "dbo.Orders", key: "2", reason: "no parent: its row of dbo.Customers is not recovered" },
      { table: "dbo.Visits", key: "*****, 2", reason: "no parent: its row of dbo.Orders is not recovered" },
    ]);
    expect(list(decided, "absence.csv").map(({ evidence }) => evidence)).toContainEqual(
      "referred to by dbo.Visits.OrderID of *****, 2",
    );
    expect(list(decided, "quarantine.csv")[0]).toMatchObject({
      raw: maskedRaw,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(list(decided, "unparsed.csv").map(({ column }) => column)).toContain("Born");
    const conflicts = list(decided, "conflicts.csv");
    expect(conflicts.find(({ class: kind }) => kind === "decided")).toMatchObject({ reason: "by anna" });
  });

  it("are in nothing that is told of logs: lines of another format, parameters that contradict each other, statements without a key", async () => {
    const mask = ["Email", "dbo.Customers.Code"];
    const logs = {
      other: { extractor: "sql-log", format: "efcore", path: "other.log" },
      bank: { extractor: "sql-log", format: "postgres-stderr", path: "bank.log" },
      web: {
        extractor: "w3c",
        path: "web.log",
        requests: [{ path: "/c/{Code}", table: "dbo.Customers", operation: "update" }],
      },
    };
    const recipe = (masked: readonly string[]) =>
      JSON.stringify({
        incident: "masks",
        target: { dialect: "sqlite", schema: "schema.sql", timezone: "UTC" },
        sources: { crm: { extractor: "csv", path: "crm/*.csv" }, ...logs },
        report: { mask: masked },
      });
    const evidence = {
      "schema.sql": schema,
      "crm/Customers.csv": `Code,Email\n${a},a@secret.example\n`,
      "other.log": "mail to b@secret.example bounced\n",
      "bank.log": `2026-03-01 10:00:00.000 UTC [7] LOG:  statement: UPDATE customers SET email = 'x' WHERE email = 'other@secret.example'\n`,
      "web.log": `#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n2026-03-01 10:00:00 POST /c/${a} Email=a@secret.example&Email=b@secret.example 200\n`,
    };
    const masked = await runFiles({ ...evidence, "recipe.yaml": recipe(mask) });
    expect(leaks(masked, [...secrets.email, a ?? ""])).toEqual([]);
    const { sources } = masked.report.summary;
    expect(sources.map(({ evidence: proved, quarantined }) => [proved, quarantined])).toEqual([
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  it("tell NULL, empty and present apart; hashes are equal for equal values alone, in every table", async () => {
    const { incident } = await runFiles(files());
    const masks = masksOf(incident, all);
    expect(masks.value("dbo.Customers", "Email", null)).toBeNull();
    expect(masks.value("dbo.Customers", "EMAIL", "")).toBe("");
    const starred = ["a", "a much longer value"].map((value) => masks.value("dbo.Customers", "Email", value));
    expect(new Set(starred)).toEqual(new Set(["*****"]));
    const hashed = masks.value("dbo.Customers", "Phone", "+1 555 0001");
    expect(hashed).toMatch(/^#[0-9a-f]{12}$/);
    expect(masks.value("dbo.Orders", "Contact", "+1 555 0001")).toBe(hashed);
    expect(masks.value("dbo.Orders", "Contact", "+1 555 0002")).not.toBe(hashed);
    expect(masks.value("dbo.Orders", "OrderID", "7")).toBe("7");
    expect(masks.names).toEqual(all);
  });

  it("reach what refers to them and what they refer to; stars outweigh a hash", async () => {
    const { incident } = await runFiles(files());
    const down = masksOf(incident, ["dbo.Customers.Code=hash"]);
    expect(down.isMasked("dbo.Orders", "Customer")).toBe(true);
    expect(down.value("dbo.Orders", "Customer", "X")).toBe(down.key("dbo.Customers", "X"));
    const up = masksOf(incident, ["dbo.Orders.Customer", "Code=hash"]);
    expect(up.key("dbo.Customers", "X")).toBe("*****");
    expect(masksOf(incident, ["Email=hash", "Email"]).value("dbo.Customers", "Email", "x")).toBe("*****");
  });

  it("take a whole composite key where its parts cannot be told apart", async () => {
    const { incident } = await runFiles(files());
    const masks = masksOf(incident, ["dbo.Visits.Customer"]);
    expect(masks.key("dbo.Visits", "SECRETA, 1")).toBe("*****, 1");
    expect(masks.key("dbo.Visits", "SECRET, A, 1")).toBe("*****");
    expect(masks.keyParts("dbo.Visits", ["SECRET, A", "1"])).toBe("*****, 1");
    expect(masks.key("dbo.Orders", "1")).toBe("1");
  });

  it("hash by a secret of the staging that is made once: the same bytes again, others elsewhere", async () => {
    const ran = await runFiles(files(all));
    const { maskKey } = layoutOf(ran.incident.directory);
    expect(fs.statSync(maskKey).mode & 0o777).toBe(0o600);
    await report(ran.incident, services, { by: "Customers" });
    const bytes = outputBytes(ran.incident.directory);
    const second = await again(ran);
    await report(second.incident, services, { by: "Customers" });
    expect(outputBytes(ran.incident.directory)).toEqual(bytes);
    const elsewhere = await runFiles(files(all));
    expect(list(elsewhere, "conflicts.csv").map(({ value }) => value)).not.toEqual(
      list(ran, "conflicts.csv").map(({ value }) => value),
    );
    fs.writeFileSync(maskKey, "no key\n");
    expect((await userErrorOf(report(ran.incident, services, {}))).what).toBe("this is no key for hashed values");
  });

  it("of a command come on top of the recipe's; what was written with fewer does not stay", async () => {
    const ran = await runFiles(files(["Email"]));
    await report(ran.incident, services, { by: "Customers" });
    expect(leaks(ran, secrets.email)).toEqual([]);
    expect(leaks(ran, secrets.phone)).not.toEqual([]);
    writeDifferences(layoutOf(ran.incident.directory).report, [
      {
        table: "dbo.Customers",
        key: "x",
        kind: "differs",
        column: "Phone",
        expected: secrets.phone[0] ?? "",
        found: null,
      },
    ]);
    const { incident } = ran;
    const outcome = await salvage([
      "report",
      "--dir",
      incident.directory,
      "--by",
      "orders",
      "--mask",
      "Phone",
      "--mask",
      "Contact=hash",
    ]);
    expect(outcome).toMatchObject({ code: 1 });
    expect(outcome.stdout).toContain("report/by/dbo.Customers may show what is masked now, and is removed");
    expect(outcome.stdout).toContain("report/verify.csv may show");
    expect(leaks(ran, [...secrets.email, ...secrets.phone.slice(0, 3)])).toEqual([]);
    expect([...reported(ran).keys()].some((name) => name.startsWith("by/dbo.Orders/"))).toBe(true);
    const summary = JSON.parse(
      fs.readFileSync(layoutOf(incident.directory).summary, "utf8"),
    ) as Ran["report"]["summary"];
    const conflicts = summary.outputs.find((output) => output.path === "report/conflicts.csv");
    expect(conflicts?.bytes).toBe(Buffer.byteLength(reported(ran).get("conflicts.csv") ?? ""));
    const twice = await salvage([
      "report",
      "--dir",
      incident.directory,
      "--by",
      "Visits",
      "--mask",
      "Phone",
      "--mask",
      "Contact=hash",
    ]);
    expect(twice.stdout).not.toContain("removed");
  });

  it("hide ids in the picture of an identity key, and how long values are in the words for conflicts", async () => {
    const tables = { "dbo.People": {} };
    const { incident } = await runFiles({
      "recipe.yaml": JSON.stringify({
        incident: "ids",
        target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
        sources: {
          a: { extractor: "csv", path: "a.csv", tables },
          b: { extractor: "csv", path: "b.csv", tables },
        },
        rules: { default: [{ prefer: ["a"] }] },
        report: { mask: ["ID", "Name"] },
      }),
      "schema.sql": "CREATE TABLE dbo.People (ID int IDENTITY(1,1) NOT NULL PRIMARY KEY, Name nvarchar(40))",
      "a.csv": "ID,Name\n73109,Wilhelmina\n73112,Ann\n",
      "b.csv": "ID,Name\n73109,Wilhel\n",
    });
    const folder = layoutOf(incident.directory).report;
    const page = fs.readFileSync(path.join(folder, "index.html"), "utf8");
    for (const hidden of ["73109", "73,109", "73110", "73112", "73108", "Wilhel", "(6 characters)"])
      expect(page).not.toContain(hidden);
    expect(page).toContain("b has only the beginning, against a");
  });

  it("need an emission", async () => {
    const { incident } = await runFiles(files());
    fs.rmSync(layoutOf(incident.directory).summary);
    const error = await userErrorOf(rewriteReport(incident, services, masksOf(incident)));
    expect(error.what).toContain("there is nothing to report of");
  });
});

describe("patterns", () => {
  it.each([
    ["email", undefined],
    ["E?ail", undefined],
    ["*.Phone=HASH", undefined],
    ["Customers.Phone", undefined],
    ["DBO.CUSTOMERS.*", undefined],
    ["Emial", 'no column is called "Emial"; did you mean "Email"?'],
    ["dbo.Customers.Phne", 'no column is called "dbo.Customers.Phne"; did you mean "dbo.Customers.Phone"?'],
    ["mail", 'no column is called "mail"; did you mean "Email"?'],
    ["[a-z]*", 'no column is called "[a-z]*"'],
    ["Email=hsh", '"hsh" is no way to mask; write =stars or =hash; did you mean "hash"?'],
    ["=hash", "names no column: write Email, *Phone* or dbo.Customers.Name"],
  ])("%s", async (text, fault) => {
    const { incident } = await runFiles(files());
    expect(maskFault(text, incident.tables)).toBe(fault);
  });

  it("in a recipe are held against the schema, with their place", async () => {
    const folder = temporaryFolder();
    writeFiles({ ...files(["Email", "Phne=hash"]) }, folder);
    const recipe = path.join(folder, "recipe.yaml");
    fs.writeFileSync(recipe, fs.readFileSync(recipe, "utf8").replace('"Phne=hash"', '\n  "Phne=hash"'));
    const outcome = await salvage(["check", recipe, "--dir", path.join(folder, "incident")]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain("recipe.yaml:2:3");
    expect(outcome.stderr).toContain('no column is called "Phne"; did you mean "Phone"?');
  });
});
