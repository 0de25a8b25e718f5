import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder, writeFiles } from "../incident.ts";

const root = path.join(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(argv: readonly string[]) {
  return spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...argv], { cwd: root });
}

function start(argv: readonly string[], closeAtOnce = false): Promise<Ended> {
  const child = launch(argv);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (data: Buffer) => void (texts[name] += data.toString()));
  if (closeAtOnce) child.stdout.destroy();
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...texts }));
  });
}

describe("the program", () => {
  it("runs, and ends with its exit code", async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
    expect(await start(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const failed = await start(["run", "no-such-recipe.yaml"]);
    expect(failed).toMatchObject({ code: 2, stdout: "" });
    expect(failed.stderr).toContain("salvage: no-such-recipe.yaml: there is no such recipe");
  });

  it("is quiet when the reader of its output leaves", async () => {
    const { code, stderr } = await start(["rules", "--json"], true);
    expect(stderr).not.toContain("EPIPE");
    expect(code).toBe(0);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with its source's program where it gets %s", async (signal) => {
    const folder = temporaryFolder();
    const noted = path.join(folder, "pid");
    const program = `require("fs").writeFileSync(${JSON.stringify(noted)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const files = {
      "schema.sql": "CREATE TABLE dbo.T (ID int PRIMARY KEY);",
      "recipe.yaml": JSON.stringify({
        incident: "interrupted",
        target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
        sources: { tap: { extractor: "exec", command: [process.execPath, "-e", program] } },
      }),
    };
    writeFiles(files, folder);
    const child = launch(["run", path.join(folder, "recipe.yaml"), "--dir", path.join(folder, "incident")]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    await vi.waitFor(() => expect(fs.readFileSync(noted, "utf8")).toMatch(/^\d+$/), { timeout: 60_000, interval: 50 });
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(() => process.kill(Number(fs.readFileSync(noted, "utf8")), 0)).toThrow("ESRCH");
  });
});
