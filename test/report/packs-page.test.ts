/** The pages of packs in a browser: they run by their own policy, fit a phone, and can be read by everybody. */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { AxeResults } from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { report } from "../../src/pipeline.ts";
import { runFiles, services } from "../incident.ts";

const executablePath = "/usr/bin/chromium";
/** A browser is on some machines only; the run says that these are skipped. */
const hasBrowser = fs.existsSync(executablePath);

const files = {
  "recipe.yaml": JSON.stringify({
    incident: "pages",
    target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
    sources: {
      crm: { extractor: "csv", null: "NULL", path: "crm/*.csv" },
      shop: { extractor: "csv", null: "NULL", path: "shop/*.csv" },
    },
    rules: { default: ["ask"] },
  }),
  "schema.sql": `CREATE TABLE dbo.Customers (Code nvarchar(40) NOT NULL PRIMARY KEY, Name nvarchar(60) NOT NULL, Fax varchar(20))
CREATE TABLE dbo.Orders (OrderID int NOT NULL PRIMARY KEY, Code nvarchar(40) NULL REFERENCES dbo.Customers, Ship nvarchar(60), Note nvarchar(max), Qty int NOT NULL)`,
  "crm/Customers.csv": `Code,Name\nALFKI,<script>document.title='owned'</script>\nBONAP,Bon app\nCACTU,NULL\n`,
  "shop/Customers.csv": "Code,Name\nALFKI,Alfreds\n",
  "crm/Orders.csv": `OrderID,Code,Ship,Note,Qty\n1,ALFKI,Berlin,${"wide".repeat(100)},3\n2,ALFKI,,NULL,NULL\n3,NULL,x,NULL,1\n`,
  "shop/Orders.csv": "OrderID,Ship\n1,Berlin W\n",
};

describe.skipIf(!hasBrowser)("a pack in a browser", () => {
  let browser: Browser;
  let folder = "";

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-sync"] });
    const { incident } = await runFiles(files);
    folder = (await report(incident, services, { by: "Customers" })).packs?.folder ?? "";
  });
  afterAll(() => browser.close());

  async function open(name: string, width: number, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true });
    await page.goto(pathToFileURL(path.join(folder, name)).href);
    return page;
  }

  it.each([
    ["ALFKI.html", 390, "light"],
    ["ALFKI.html", 1280, "dark"],
    ["CACTU.html", 1280, "light"],
    ["index.html", 390, "dark"],
    ["index.html", 1280, "light"],
  ] as const)("%s at %i, %s: no fault that axe finds, no page wider than the screen", async (name, width, scheme) => {
    const page = await open(name, width, scheme);
    await page.addScriptTag({ content: axe.source });
    const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it("runs its own script and style under its policy, and nothing of the data", async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => request.url().startsWith("file:") || faults.push(request.url()));
    await page.goto(pathToFileURL(path.join(folder, "index.html")).href);
    await page.getByLabel("Search").fill("bon");
    expect(await page.locator("#entries tr:visible").allInnerTexts()).toEqual([expect.stringContaining("BONAP")]);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("only where something is to be checked").check();
    expect(await page.locator("#entries tr:visible th").allInnerTexts()).toEqual(["ALFKI", "CACTU"]);
    await page.getByRole("link", { name: "ALFKI" }).click();
    expect(await page.title()).toBe("dbo.Customers ALFKI");
    expect(await page.locator("h1").innerText()).toBe("dbo.Customers ALFKI");
    expect(faults).toEqual([]);
    await page.close();
  });
});
