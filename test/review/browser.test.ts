/** The review in a browser, as people use it. */
import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { ReviewSession } from "../../src/review/session.ts";
import { faultsOf, findBrowser, troublesOf, useBrowser } from "../support/browser.ts";
import { FakeSession, exampleGroups } from "./fake-session.ts";
import { whileServed } from "./http.ts";
import { again, review, runPeople } from "./people.ts";

const absent = findBrowser();

/** Whatever the browser complains of fails the test: a refused script or style, an error, a page that is not there. */
async function onPage(
  browser: Browser,
  session: ReviewSession,
  use: (page: Page, url: string) => Promise<void>,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<void> {
  await whileServed(session, async ({ url }) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints = troublesOf(page, (asked) => asked.startsWith(url));
    try {
      await use(page, url);
    } finally {
      await context.close();
    }
    expect(complaints).toEqual([]);
  });
}

const pages = [
  "",
  "group/phones",
  "group/hostile",
  "item/1?decided=3",
  "item/3",
  "item/61",
  "item/64",
  "item/65",
  "history",
  "item/1/raw?source=crm&locator=crm.csv:7",
];

function begun(): FakeSession {
  const session = new FakeSession(exampleGroups());
  session.decide(3, { kind: "claim", number: 2 }, session.item(3).seen, { by: "anna", why: "customer card" });
  return session;
}

describe.skipIf(absent !== undefined)("in a browser", () => {
  const browser = useBrowser();

  it("decides a contested cell by the keyboard alone; it is decided after a reload, and after the next run", async () => {
    const ran = await runPeople();
    await review(ran.incident, (session) =>
      onPage(browser(), session, async (page, url) => {
        await page.goto(url);
        await page.getByRole("link", { name: "dbo.People.Name" }).first().focus();
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: "004", exact: true }).focus();
        await page.keyboard.press("Enter");
        await page.waitForURL(/item\/\d+$/);
        const decided = page.url();
        await page.keyboard.press("2");
        expect(await page.getByRole("radio", { checked: true }).getAttribute("value")).toBe("claim:2");
        await page.keyboard.press("Enter");
        expect(await page.locator(":focus").getAttribute("name")).toBe("by");
        await page.keyboard.type("anna");
        await page.keyboard.press("Tab");
        await page.keyboard.type("called: 2 is right?");
        await page.keyboard.press("Enter");
        await page.waitForURL(/decided=/);
        expect(page.url()).not.toContain(decided);
        expect(await page.getByRole("status").textContent()).toContain("Dijkstra");
        expect(await page.getByLabel("Who decides").last().inputValue()).toBe("anna");
        await page.goto(decided);
        await page.reload();
        expect(await page.locator(".decided").textContent()).toMatch(/Dijkstra.*anna.*called: 2 is right\?/);
        expect(await page.getByText("1 of 10 decided").count()).toBe(1);
      }),
    );
    const { incident } = await again(ran.incident);
    await review(incident, (session) => {
      const keys = session
        .groups()
        .flatMap(({ id, items }) => session.items(id, 0, items).map(({ key, column }) => `${key} ${column}`));
      expect(keys).not.toContain("004 Name");
      expect(keys).toContain("005 Name");
    });
  });

  it("decides a group by a rule, and takes it back", async () => {
    const session = begun();
    await onPage(browser(), session, async (page, url) => {
      await page.goto(`${url}group/phones`);
      await page.getByRole("radio", { name: "prefer backup-0412" }).check();
      await page.getByLabel("Who decides").last().fill("bob");
      await page.getByLabel("Why", { exact: true }).last().fill("kept by hand");
      await page.getByRole("button", { name: "Decide 59 cells" }).click();
      await page.getByRole("status").getByText("59 cells are decided by the rule.").waitFor();
      expect(session.done.at(-1)).toEqual({
        what: { rule: { prefer: ["backup-0412"] } },
        on: "phones",
        by: "bob",
        why: "kept by hand",
      });
      await page.locator(".undo summary").click();
      await page.locator(".undo").getByLabel("Why").fill("too soon");
      await page.getByRole("button", { name: "Take it back" }).click();
      await page.getByText("Taken back.").waitFor();
      expect(session.progress().decided).toBe(1);
    });
  });

  it("takes one back from the line that tells it is decided", async () => {
    const session = begun();
    await onPage(browser(), session, async (page, url) => {
      await page.goto(`${url}item/4?decided=3`);
      await page.locator(".news .undo summary").click();
      await page.locator(".news").getByLabel("Who decides").fill("anna");
      await page.locator(".news").getByLabel("Why").fill("wrong card");
      await page.getByRole("button", { name: "Take it back" }).click();
      await page.waitForURL(/item\/3\?undone=1/);
      expect(session.item(3).item.given).toBeUndefined();
    });
  });

  it("steps with n and p, searches with /, shows its keys with ?, and leaves what is written alone", async () => {
    await onPage(browser(), begun(), async (page, url) => {
      await page.goto(`${url}item/1`);
      await page.keyboard.press("n");
      await page.waitForURL(/item\/2$/);
      await page.keyboard.press("p");
      await page.waitForURL(/item\/1$/);
      await page.keyboard.press("?");
      expect(await page.getByText("choose that claim").isVisible()).toBe(true);
      await page.keyboard.press("v");
      await page.keyboard.type("1n?/q");
      expect(await page.getByLabel("The other value").inputValue()).toBe("1n?/q");
      expect(await page.getByRole("radio", { checked: true }).getAttribute("value")).toBe("value");
      await page.keyboard.press("Escape");
      await page.keyboard.press("q");
      await page.waitForURL(url);
      await page.keyboard.press("/");
      await page.keyboard.type("replica");
      await page.keyboard.press("Enter");
      await page.waitForURL(/text=replica/);
    });
  });

  it("means what was chosen last: a claim, though a value was typed before", async () => {
    const session = begun();
    await onPage(browser(), session, async (page, url) => {
      await page.goto(`${url}item/1`);
      await page.getByLabel("The other value").fill("typed");
      await page.getByRole("radio").nth(1).check();
      await page.getByLabel("Who decides").last().fill("anna");
      await page.getByLabel("Why", { exact: true }).last().fill("card");
      await page.getByRole("button", { name: "Decide" }).click();
      await page.waitForURL(/decided=1/);
      expect(session.done.at(-1)?.what).toEqual({ kind: "claim", number: 2 });
    });
  });

  it("shows the record of a claim within the page, and hides it again", async () => {
    await onPage(browser(), begun(), async (page, url) => {
      await page.goto(`${url}item/61`);
      const link = page.getByRole("link", { name: "raw record" }).first();
      await link.click();
      await page.locator(".claim .record").getByText("<script>document.title").waitFor();
      await link.click();
      expect(await page.locator(".claim .record").isVisible()).toBe(false);
      expect(page.url()).toBe(`${url}item/61`);
    });
  });

  it("decides, undoes and shows records without any script", async () => {
    const session = begun();
    await onPage(
      browser(),
      session,
      async (page, url) => {
        await page.goto(`${url}item/1`);
        await page.getByRole("link", { name: "raw record" }).first().click();
        await page.getByRole("heading", { name: "The record in its file" }).waitFor();
        await page.getByRole("link", { name: "Back to the decision" }).click();
        await page.getByRole("radio").first().check();
        await page.getByLabel("Who decides").last().fill("anna");
        await page.getByLabel("Why", { exact: true }).last().fill("card");
        await page.getByRole("button", { name: "Decide" }).click();
        await page.waitForURL(/item\/2\?decided=1/);
        expect(session.item(1).item.given?.by).toBe("anna");
      },
      { javaScriptEnabled: false },
    );
  });

  it("lets nothing run that the values hold", async () => {
    await onPage(browser(), begun(), async (page, url) => {
      for (const path of ["", "group/hostile", "item/61", "item/62", "item/63", "item/64"]) {
        await page.goto(url + path);
        expect(await page.title()).not.toBe("taken");
        expect(await page.locator(".review img, .review script").count()).toBe(0);
      }
      await page.goto(`${url}item/61`);
      expect(await page.locator(".claimed").first().textContent()).toContain(
        "<script>document.title = 'taken'</script>",
      );
    });
  });

  it.each(["light", "dark"] as const)("has nothing that stands in anybody's way, %s", async (colorScheme) => {
    await onPage(
      browser(),
      begun(),
      async (page, url) => {
        for (const path of pages) {
          await page.goto(url + path);
          await page.locator("#keys summary").click();
          expect(await faultsOf(page)).toEqual([]);
        }
      },
      { colorScheme },
    );
  });

  it.each([375, 768, 1280])("needs no scrolling to the side at %i px", async (width) => {
    await onPage(
      browser(),
      begun(),
      async (page, url) => {
        for (const path of pages) {
          await page.goto(url + path);
          expect([path, await page.locator("html").evaluate(({ scrollWidth }) => scrollWidth)]).toEqual([path, width]);
        }
      },
      { viewport: { width, height: 800 } },
    );
  });
});
