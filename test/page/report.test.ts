import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { renderReport } from "../../src/page/report/page.tsx";
import type { ReportModel } from "../../src/report/model.ts";
import { faultsOf, findBrowser, troublesOf, useBrowser } from "../support/browser.ts";
import { temporaryFolder } from "../incident.ts";
import { attack, empty, orders } from "./sample.ts";

const absent = findBrowser();
const models: Readonly<Record<string, ReportModel>> = { orders, empty, attack };
const html = new Map<string, string>();

beforeAll(async () => {
  for (const [name, model] of Object.entries(models)) html.set(name, await renderReport(model));
});

function pageOf(name: string): string {
  return html.get(name) ?? "";
}

describe("the report as bytes", () => {
  it.each(Object.keys(models))("%s: the same twice", async (name) => {
    expect((await renderReport(models[name] ?? orders)) === pageOf(name)).toBe(true);
  });

  it("neither time zone nor locale of the machine shows in it", () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const code = `import { renderReport } from "./src/page/report/page.tsx"; import { orders } from "./test/page/sample.ts";
      process.stdout.write(await renderReport(orders));`;
    const env = { ...process.env, TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
    const options = { cwd: root, env, encoding: "utf8", maxBuffer: 1 << 26 } as const;
    const { stdout, stderr } = spawnSync("npx", ["tsx", "--input-type=module", "--eval", code], options);
    expect(stderr).toBe("");
    expect(stdout === pageOf("orders")).toBe(true);
  });

  it("ten million conflicts and texts of a megabyte stay below ten megabytes", () => {
    expect(Buffer.byteLength(pageOf("attack"))).toBeLessThan(10_000_000);
  });

  it("says verdict, next steps, and how far before the disaster the newest evidence lies", () => {
    const text = pageOf("orders").replaceAll(/<[^>]*>/g, "");
    expect(text).toContain("Recovered, but people are needed");
    expect(text).toContain("Call 9 customers about their telephone numbers");
    expect(text).toContain("2026-03-14 14:20 UTC, 6 minutes before the disaster (2026-03-14 14:26 UTC).");
  });

  it("each picture says in words what it shows", () => {
    const labels = [...pageOf("orders").matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, label]) => label ?? "");
    expect(labels.length).toBeGreaterThan(10);
    expect(labels.filter((label) => label.length < 40)).toEqual([]);
  });
});

interface OpenedPage {
  readonly page: Page;
  /** Console errors, refusals of the policy, requests other than the page's own. */
  readonly troubles: string[];
}

type ContextOptions = Parameters<Browser["newContext"]>[0];

async function open(browser: Browser, file: string, options: ContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles = troublesOf(page, (url) => url === file);
  await page.goto(file);
  return { page, troubles };
}

describe.skipIf(absent !== undefined)("the report in a browser", () => {
  const browser = useBrowser();
  const files = new Map<string, string>();

  beforeAll(() => {
    const folder = temporaryFolder();
    for (const name of Object.keys(models)) {
      const file = path.join(folder, `${name}.html`);
      fs.writeFileSync(file, pageOf(name));
      files.set(name, pathToFileURL(file).href);
    }
  });

  async function withPage<T>(
    name: string,
    use: (opened: OpenedPage) => Promise<T>,
    options?: ContextOptions,
  ): Promise<T> {
    const opened = await open(browser(), files.get(name) ?? "", options);
    try {
      return await use(opened);
    } finally {
      await opened.page.context().close();
    }
  }

  it.each(Object.keys(models))("%s opens from disk: no error, nothing refused, nothing asked of a network", (name) =>
    withPage(name, async ({ page, troubles }) => {
      expect(await page.title()).toContain("recovery report");
      expect(troubles).toEqual([]);
    }),
  );

  it.each(Object.keys(models))(
    "%s has neither styles nor handlers in attributes, no id twice, and a heading for every cell",
    (name) =>
      withPage(name, async ({ page }) => {
        const found = await page.evaluate(`({
        attributes: [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes])
          .filter(({ name, value }) => name === "style" || name.startsWith("on") || /^\\s*javascript:/i.test(value)).length,
        twice: [...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at),
        uneven: [...document.querySelectorAll("tbody tr")]
          .filter((row) => row.cells.length !== row.closest("table").tHead.rows[0].cells.length).length,
      })`);
        expect(found).toEqual({ attributes: 0, twice: [], uneven: 0 });
      }),
  );

  it("what an attacker wrote is shown as text, and nothing of it ran", () =>
    withPage("attack", async ({ page, troubles }) => {
      expect(await page.locator("script").count()).toBe(1);
      expect(await page.locator("img").count()).toBe(0);
      const text = (await page.locator("main").textContent()) ?? "";
      for (const payload of [
        "<script>alert(1)</script>",
        `"><img src=x onerror=`,
        "=cmd|' /C calc'!A0",
        String.raw`\u{202E}gnp.exe`,
      ])
        expect(text).toContain(payload);
      expect(text).toContain(String.raw`lone \u{D800} surrogate`);
      expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\uFFFD]/);
      expect(troubles).toEqual([]);
    }));

  it("NULL, no text, the text NULL and a blank at the end look different", () =>
    withPage("orders", async ({ page }) => {
      const claims = await page.locator("#contested .claim > :first-child").allTextContents();
      expect(claims).toContain("+46 8 555 01 77·");
      expect(claims).toContain('"NULL"');
      expect(await page.locator("#contested .nothing").allTextContents()).toEqual(["NULL", "empty text"]);
    }));

  it("is searched: / focuses, what does not match goes, the number is announced, Esc brings all back", () =>
    withPage("orders", async ({ page }) => {
      const status = page.getByRole("status");
      expect(await status.textContent()).toBe("19 findings");
      await page.keyboard.press("/");
      await page.keyboard.type("Müller handels");
      await expect.poll(() => status.textContent()).toBe("2 of 19 findings shown");
      expect(await page.locator("#contested .entry:visible").count()).toBe(1);
      expect(await page.locator("#withheld .none").isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      await expect.poll(() => status.textContent()).toBe("19 findings");
      expect(await page.locator("#withheld .none").isVisible()).toBe(false);
    }));

  it.each([
    ["Table", "dbo.Orders", 5],
    ["Class", "withheld row", 4],
    ["Class", "record without a value", 2],
    ["Source", "morning", 2],
  ])("is filtered by %s", (filter, option, number) =>
    withPage("orders", async ({ page }) => {
      await page.getByLabel(filter, { exact: true }).selectOption({ label: option });
      expect(await page.getByRole("status").textContent()).toBe(`${number} of 19 findings shown`);
    }),
  );

  it("shows what is proved and gives no value: changed cells, rows that were there, statements with their text", () =>
    withPage("orders", async ({ page }) => {
      await page.getByRole("button", { name: "Expand all" }).click();
      const section = page.getByRole("region", { name: "Proved, without a value" });
      const text = (await section.textContent()) ?? "";
      for (const said of [
        "app-log at 2026-03-14T13:02:11.000Z: Stock - 2",
        "evidence only: app-log shows that it was there",
        "From 2026-03-14 06:00:00 to 2026-03-14 09:12:44, by the source’s clock.",
        "UPDATE Orders SET Status = 'late'",
        "Not shown: masked, or too long to be kept.",
        "2 smaller groups with 5 records",
      ])
        expect(text).toContain(said);
      const own = page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Proved" });
      expect(await own.textContent()).toBe("Proved, without a value62");
    }));

  it("opens and closes everything, and a link opens what it points into", () =>
    withPage("orders", async ({ page }) => {
      const closed = page.locator("main details:not([open])");
      await page.getByRole("button", { name: "Expand all" }).press("Enter");
      expect(await closed.count()).toBe(0);
      await page.getByRole("button", { name: "Collapse all" }).press("Enter");
      expect(await page.locator("main details[open]").count()).toBe(0);
      await page.evaluate(`location.hash = "#group-9e4410ab"`);
      await expect.poll(() => page.locator("#group-9e4410ab[open]").count()).toBe(1);
    }));

  it("everything is there without script", () =>
    withPage(
      "orders",
      async ({ page }) => {
        expect(await page.getByRole("search").count()).toBe(0);
        expect(await page.locator(".entry:not([hidden])").count()).toBe(19);
        await page.locator("#group-9e4410ab > summary").click();
        expect(await page.getByText("ring twice, the bell at the front is broken.").isVisible()).toBe(true);
      },
      { javaScriptEnabled: false },
    ));

  it.each(Object.keys(models))("%s does not scroll sideways on a telephone, open or closed", (name) =>
    withPage(
      name,
      async ({ page }) => {
        const overflow = "document.documentElement.scrollWidth - innerWidth";
        expect(await page.evaluate(overflow)).toBe(0);
        await page.getByRole("button", { name: "Expand all" }).click();
        expect(await page.evaluate(overflow)).toBe(0);
      },
      { viewport: { width: 375, height: 700 } },
    ),
  );

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 375],
  ] as const)("axe finds nothing serious: %s, %i wide", (colorScheme, width) =>
    withPage(
      "orders",
      async ({ page }) => {
        await page.getByRole("button", { name: "Expand all" }).click();
        expect(await faultsOf(page)).toEqual([]);
      },
      { colorScheme, viewport: { width, height: 900 } },
    ),
  );

  it("prints light, without what is of no use on paper", () =>
    withPage(
      "orders",
      async ({ page }) => {
        await page.emulateMedia({ media: "print", colorScheme: "dark" });
        expect(await page.getByRole("search").isVisible()).toBe(false);
        expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
        expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
      },
      { colorScheme: "dark" },
    ));
});
