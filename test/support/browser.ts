/**
 * A real browser that tests open pages in: Debian's Chromium, or what `SALVAGE_TEST_CHROMIUM` names. Where there is none the tests are skipped,
 * unless `SALVAGE_TEST_BROWSER=required`.
 */
import axe from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import fs from "node:fs";
import { afterAll, beforeAll } from "vitest";

const executable = process.env["SALVAGE_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

/** It may ask nobody for anything: what a page loads is the page's doing. */
const launchArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why pages cannot be opened; undefined where they can. */
export function findBrowser(): string | undefined {
  if (fs.existsSync(executable)) return undefined;
  const absent = `no Chromium at ${executable} (set SALVAGE_TEST_CHROMIUM)`;
  if (process.env["SALVAGE_TEST_BROWSER"] === "required") throw new Error(absent);
  console.log(`skipped: ${absent}`);
  return absent;
}

/**
 * One browser for the block of tests that calls it, started before and closed after them. What comes back gives it inside of tests and hooks;
 * they close the contexts that they open.
 */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executable, args: launchArguments });
  });
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error("the browser runs only while tests do");
    return browser;
  };
}

/** Whatever the browser complains of from now on: a refused script or style, an error, a dialog, a request that is not the page's own. */
export function troublesOf(page: Page, isOwn: (url: string) => boolean): string[] {
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!isOwn(request.url())) troubles.push(`request: ${request.url()}`);
  });
  return troubles;
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds on the page, a line each; only what is serious or worse where `seriously`. */
export async function faultsOf(page: Page, seriously = true): Promise<string[]> {
  // The page's policy lets no script in; the inspector's own world is not bound by it.
  const client = await page.context().newCDPSession(page);
  await client.send("Runtime.evaluate", { expression: axe.source });
  const { result } = await client.send("Runtime.evaluate", {
    expression: "axe.run().then(({ violations }) => JSON.stringify(violations))",
    awaitPromise: true,
    returnByValue: true,
  });
  const found = JSON.parse(String(result.value)) as Violation[];
  return found
    .filter(({ impact }) => !seriously || impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
