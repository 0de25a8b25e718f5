#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { runCli } from "./run-cli.ts";

const interruption = new AbortController();

// Whoever ends the process (a terminal, a service manager) waits for it to stop what it started: programs, connections.
for (const ending of ["SIGINT", "SIGTERM"])
  process.on(ending, () => {
    if (interruption.signal.aborted) process.exit(130);
    process.stderr.write("\nInterrupted: stopping. Press Ctrl-C again to stop at once.\n");
    interruption.abort();
  });

// The reader of a pipe may leave early (`| head`): that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal: interruption.signal });
  } finally {
    terminal.close();
  }
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
  ask: process.stdin.isTTY ? ask : undefined,
});
