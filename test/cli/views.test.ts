import { describe, expect, it } from "vitest";
import { salvage } from "./harness.ts";
import { cleanReport, failedReport, madeUp } from "./reports.ts";

const cwd = "/rescue";
const escape = "\u001B";

describe("what a person reads at the end", () => {
  it.each<[string, string[], typeof madeUp]>([
    ["run", ["run", "r.yaml"], {}],
    ["run-dir", ["run", "r.yaml", "--dir", "elsewhere"], {}],
    ["run-clean", ["run", "r.yaml"], { run: () => Promise.resolve(cleanReport) }],
    ["run-failed", ["run", "r.yaml"], { run: () => Promise.resolve(failedReport) }],
    ["check", ["check", "r.yaml"], {}],
    ["extract", ["extract", "r.yaml"], {}],
    ["reconcile", ["reconcile"], {}],
    ["emit", ["emit"], {}],
    ["apply", ["apply", "--target", "rebuilt.db", "--yes"], {}],
    ["verify", ["verify", "--target", "rebuilt.db"], {}],
    ["explain", ["explain", "dbo.Orders", "10248"], {}],
    ["status", ["status"], {}],
  ])("%s", async (name, argv, steps) => {
    const { stdout } = await salvage(argv, { cwd, pipeline: { ...madeUp, ...steps } });
    await expect(stdout).toMatchFileSnapshot(`golden/${name}.txt`);
    expect(stdout).not.toContain(escape);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("has colours on a terminal, and only those: no control character of the data gets through", async () => {
    for (const argv of [
      ["run", "r.yaml"],
      ["explain", "dbo.Orders", "10248"],
      ["extract", "r.yaml"],
    ]) {
      const { stdout } = await salvage(argv, { cwd, pipeline: madeUp, terminal: true });
      const colours = new RegExp(String.raw`${escape}\[\d+m`, "g");
      expect(stdout).toMatch(colours);
      expect(stdout.replaceAll(colours, "")).toMatch(/^[^\p{Cc}\u202E]*$/mu);
      expect(stdout.replaceAll(colours, "").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202E]/u);
    }
  });

  it("has none with NO_COLOR", async () => {
    const env = { NO_COLOR: "1" };
    const { stdout } = await salvage(["run", "r.yaml"], { cwd, env, pipeline: madeUp, terminal: true });
    expect(stdout).not.toContain(escape);
  });
});
