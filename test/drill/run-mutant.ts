/** Runs a ready drill with a copy of the code, in a process of its own. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Scorecard } from "../../src/drill/score/model.ts";
import type { Mutant } from "./mutants.ts";

const project = path.resolve(import.meta.dirname, "../..");

/** A copy of `src` beside what it needs. */
export function copyOfCode(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mutant-"));
  fs.cpSync(path.join(project, "src"), path.join(folder, "src"), { recursive: true });
  for (const name of ["package.json", "tsconfig.json"])
    fs.copyFileSync(path.join(project, name), path.join(folder, name));
  fs.symlinkSync(path.join(project, "node_modules"), path.join(folder, "node_modules"), "dir");
  return folder;
}

/** Breaks the copy; what mends it again. Throws where the code does not read as the mutant says. */
export function breakCode(folder: string, { file, from, to }: Mutant): () => void {
  const target = path.join(folder, "src", file);
  const whole = fs.readFileSync(target, "utf8");
  if (whole.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
  fs.writeFileSync(
    target,
    whole.replace(from, () => to),
  );
  return () => fs.writeFileSync(target, whole);
}

export async function drillWith(folder: string, drill: string): Promise<Scorecard> {
  const directory = path.join(folder, "drills", drill);
  const plan = path.join(project, "recipes", "drills", `${drill}.yaml`);
  const command = [
    "--import",
    "tsx",
    path.join(folder, "src/cli/main.ts"),
    "drill",
    plan,
    "--dir",
    directory,
    "--workers",
    "1",
  ];
  await promisify(execFile)(process.execPath, command, { cwd: folder }).catch(
    (error: { code?: unknown; stderr?: string }) => {
      if (error.code !== 1) throw new Error(error.stderr);
    },
  );
  return JSON.parse(fs.readFileSync(path.join(directory, "scorecard.json"), "utf8")) as Scorecard;
}
