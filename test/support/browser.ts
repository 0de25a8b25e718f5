/**
 * A real browser that tests open pages in: Debian's Chromium, or what `SALVAGE_TEST_CHROMIUM` names. Where there is none the tests are skipped,
 * unless `SALVAGE_TEST_BROWSER=required`.
 */
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
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
