/** Programs that dump a database, as they are installed on this machine. Where one is missing its tests are skipped, unless `SALVAGE_TEST_SERVERS=required`. */
import { execFileSync, spawnSync } from "node:child_process";

const mostOutput = 1 << 28;

/** The first of the names that can be run. */
export function findTool(...names: readonly string[]): string | undefined {
  const found = names.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (found !== undefined) return found;
  if (process.env["SALVAGE_TEST_SERVERS"] === "required") throw new Error(`none of ${names.join(", ")} is installed`);
  console.log(`skipped: none of ${names.join(", ")} is installed`);
  return undefined;
}

/** What the tool prints. */
export function runTool(tool: string, args: readonly string[], input?: string | Uint8Array): Buffer {
  return execFileSync(tool, args, { maxBuffer: mostOutput, ...(input === undefined ? {} : { input }) });
}
