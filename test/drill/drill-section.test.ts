/** A drill in the report of the incident that it ran: there only where its file is, in page and ticket, in a browser, and masked. */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { renderReport } from "../../src/page/report/page.tsx";
import { renderMarkdown } from "../../src/report/markdown.ts";
import type { ReportModel } from "../../src/report/model.ts";
import { report } from "../../src/pipeline.ts";
import { outputBytes, runFiles, services, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";
import { orders } from "../page/sample.ts";
import { faultsOf, findBrowser, troublesOf, useBrowser } from "../support/browser.ts";
import { failing, hostile, hostileName, passing, scorecard, trend } from "./sample.ts";

const records = {
  below: { scorecard, trend },
  passed: { scorecard: passing, trend: trend.slice(0, 1) },
  failed: { scorecard: failing, trend: [] },
  hostile: { scorecard: hostile, trend: trend.map((point) => ({ ...point, when: hostileName, version: hostileName })) },
} satisfies Readonly<Record<string, ReportModel["drill"]>>;

type Name = keyof typeof records;
const names = Object.keys(records) as Name[];

function modelOf(name: Name): ReportModel {
  return { ...orders, drill: records[name] };
}

function sectionOf(html: string): string {
  return /<section id="drill".*?<\/section>/s.exec(html)?.[0] ?? "";
}

function textOf(html: string): string {
  return html.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
}

describe("the section", () => {
  it("is not there without a drill, nor does the ticket speak of one", async () => {
    const html = await renderReport(orders);
    expect([html.includes('id="drill"'), html.includes('href="#drill"')]).toEqual([false, false]);
    expect(renderMarkdown(orders)).not.toContain("## Drill");
  });

  it.each(names)("%s: the same bytes twice", async (name) => {
    const [html, again] = [await renderReport(modelOf(name)), await renderReport(modelOf(name))];
    expect(html.includes('href="#drill"') && html === again).toBe(true);
  });

  it("says verdict, bars, tables, what each source is worth, how far it goes, and how it was before", async () => {
    const text = textOf(sectionOf(await renderReport(modelOf("below"))));
    for (const said of [
      "dropped-tables, seed 7, scale 0.5",
      "below its bars 5 of 9 bars hold.",
      "Taken away by the plan: nightly (csv)",
      "99.6% row recall1,942 of 1,959 true rows recovered",
      "rowRecalldoes not hold99.64% (1942 of 1949)",
      "The numbers on sqlserver are the same as on sqlite",
      "schema-copy, which is not there",
      "How far it goes: conflictRate",
      "14: 2026-03-11 03:30 UTCpassed6 of 6",
    ])
      expect(text).toContain(said);
  });

  it("says of a failure why, and no verdict", async () => {
    const text = textOf(sectionOf(await renderReport(modelOf("failed"))));
    expect(text).toContain("failed It did not run to its end, and there is no verdict.");
    expect(text).toContain("the source nightly is not there");
    expect(text).not.toMatch(/passed|below its bars/);
  });

  it("each picture says in words what it shows", async () => {
    const section = sectionOf(await renderReport(modelOf("below")));
    const labels = [...section.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, label]) => label ?? "");
    expect(labels).toEqual([
      expect.stringContaining("rows of each table. In all: 1,942 recovered, 17 missed"),
      expect.stringContaining("cells of recovered rows of each table. In all: 15,210 right"),
      expect.stringContaining("backup: −804 rows, −7,248 cells, +12 wrong"),
      expect.stringContaining("Cell recall at 0: 98.9%, 0.05: 98.7%"),
      expect.stringContaining("The last 14 drills, oldest first: cell recall from 93% (2026-01-05)"),
    ]);
  });

  it("is short in the ticket", async () => {
    const [, section] = /(## Drill\n.*?)\n## /s.exec(renderMarkdown(modelOf("below"))) ?? [];
    await expect(section).toMatchFileSnapshot("golden/drill.md");
    expect(renderMarkdown(modelOf("failed"))).toContain("**failed**: incidents/dropped-tables/recipe.yaml");
    expect(renderMarkdown(modelOf("hostile")).match(/^## .*/gm)).toEqual(
      renderMarkdown(modelOf("below")).match(/^## .*/gm),
    );
  });
});

describe("beside an incident", () => {
  let ran: Ran;
  let before: Map<string, string>;

  beforeAll(async () => {
    ran = await runFiles({
      "recipe.yaml": JSON.stringify({
        incident: "drilled",
        target: { dialect: "sqlite", schema: "schema.sql" },
        sources: { crm: { extractor: "csv", path: "People.csv" } },
        rules: { default: ["ask"] },
      }),
      "schema.sql": "CREATE TABLE People (Id int NOT NULL PRIMARY KEY, Name nvarchar(60) NULL);",
      "People.csv": "Id,Name\n1,Ada\n2,Bob\n",
    });
    before = outputBytes(ran.incident.directory);
  });

  function drilled(text: string): string {
    const { drill } = layoutOf(ran.incident.directory);
    fs.writeFileSync(drill, text);
    return drill;
  }

  function page(): string {
    return fs.readFileSync(path.join(layoutOf(ran.incident.directory).report, "index.html"), "utf8");
  }

  it("is told once its file is there, and no more once it is gone", async () => {
    const { incident } = ran;
    const drill = drilled(JSON.stringify(records.below));
    await report(incident, services, {});
    expect(sectionOf(page())).toContain("dropped-tables");
    fs.rmSync(drill);
    await report(incident, services, {});
    expect(outputBytes(incident.directory)).toEqual(before);
  });

  it("may quote nothing in an error where anything is masked", async () => {
    drilled(JSON.stringify({ ...records.below, scorecard: { ...scorecard, error: "cannot load Ada" } }));
    await report(ran.incident, services, { masks: ["People.Name"] });
    const text = textOf(sectionOf(page()));
    expect(text).toContain("5 of 9 bars hold");
    expect(text).not.toMatch(/Ada|out of room/);
  });

  it.each(["", "{", '{"scorecard":{},"trend":[]}', JSON.stringify({ ...records.below, trend: [{}] })])(
    "damaged, it is told: %j",
    async (text) => {
      const file = drilled(text);
      await expect(report(ran.incident, services, {})).rejects.toMatchObject({ name: "UserError", where: { file } });
    },
  );
});

const absent = findBrowser();

describe.skipIf(absent !== undefined)("in a browser", () => {
  const browser = useBrowser();
  const files = new Map<Name, string>();

  beforeAll(async () => {
    const folder = temporaryFolder();
    for (const name of names) {
      const file = path.join(folder, `${name}.html`);
      fs.writeFileSync(file, await renderReport(modelOf(name)));
      files.set(name, pathToFileURL(file).href);
    }
  });

  it.each(
    names.flatMap(
      (name) =>
        [
          [name, 1280, "light"],
          [name, 390, "dark"],
        ] as const,
    ),
  )("%s at %i, %s: no fault, nothing refused, no page wider than the screen", async (name, width, colorScheme) => {
    const page = await browser().newPage({ viewport: { width, height: 900 }, colorScheme });
    const file = files.get(name) ?? "";
    const troubles = troublesOf(page, (url) => url === file);
    await page.goto(file);
    await page.getByRole("button", { name: "Expand all" }).click();
    expect(await faultsOf(page)).toEqual([]);
    expect(troubles).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(await page.locator("#drill b b, #drill script").count()).toBe(0);
    await page.close();
  });
});
