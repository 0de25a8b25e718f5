/** The pages of packs in a browser: they run by their own policy, fit a phone, and can be read by everybody. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { report } from "../../src/pipeline.ts";
import { runFiles, services } from "../incident.ts";
import { faultsOf, findBrowser, troublesOf, useBrowser } from "../support/browser.ts";

const absent = findBrowser();

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

describe.skipIf(absent !== undefined)("a pack in a browser", () => {
  const browser = useBrowser();
  let folder = "";

  beforeAll(async () => {
    const { incident } = await runFiles(files);
    folder = (await report(incident, services, { by: "Customers" })).packs?.folder ?? "";
  });

  async function open(name: string, width: number, colorScheme: "light" | "dark" = "light"): Promise<Page> {
    const page = await browser().newPage({ viewport: { width, height: 800 }, colorScheme });
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
    expect(await faultsOf(page, false)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it("runs its own script and style under its policy, and nothing of the data", async () => {
    const page = await browser().newPage();
    const faults = troublesOf(page, (url) => url.startsWith("file:"));
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
