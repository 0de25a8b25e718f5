/** Runs a program and measures it from outside: wall time, and the peak of its resident memory. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Measurement {
  readonly seconds: number;
  /** Peak resident set, in bytes. */
  readonly peak: number;
  readonly stdout: string;
}

/**
 * Runs inside the measured process. On Linux `VmHWM` is asked first: `maxRSS` there can be the parent's, since a child
 * inherits it when it is forked.
 */
const reportPeak = `
import fs from "node:fs";
process.on("exit", () => {
  let kilobytes = process.resourceUsage().maxRSS;
  try { kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1]); } catch {}
  fs.writeFileSync(process.env.SALVAGE_BENCH_PEAK, String(kilobytes));
});`;

/** `node` with these arguments; throws with what it said where its exit code is not among `expected`. */
export async function measureNode(args: readonly string[], expected: readonly number[] = [0]): Promise<Measurement> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-peak-"));
  const peakFile = path.join(folder, "peak");
  const preload = `data:text/javascript,${encodeURIComponent(reportPeak)}`;
  const begin = process.hrtime.bigint();
  const child = spawn(process.execPath, ["--import", preload, ...args], {
    env: { ...process.env, SALVAGE_BENCH_PEAK: peakFile },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  if (code === null || !expected.includes(code)) throw new Error(`${args.join(" ")} ended with ${code}:\n${stderr}`);
  const peak = Number(fs.readFileSync(peakFile, "utf8")) * 1024;
  fs.rmSync(folder, { recursive: true });
  return { seconds, peak, stdout };
}

/** The middle value; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
