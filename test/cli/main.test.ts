import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], closeAtOnce = false): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...argv], { cwd: root });
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
});
