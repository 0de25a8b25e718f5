/** Runs a command line in process, with streams that collect what is written. */
import os from "node:os";
import { Writable } from "node:stream";
import * as realPipeline from "../../src/pipeline.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Pipeline } from "../../src/cli/session.ts";
import type { ExitCode } from "../../src/cli/failure.ts";

export class Collector extends Writable {
  readonly isTTY: boolean;
  text = "";

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  /** What the person at the terminal answers. */
  readonly answer?: string;
  /** What takes the place of the real steps. */
  readonly pipeline?: Partial<Pipeline>;
}

export async function salvage(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [stdout, stderr] = [new Collector(options.terminal), new Collector()];
  const { env = {}, cwd = os.tmpdir(), signal } = options;
  const { answer } = options;
  const ask =
    answer === undefined ? undefined : (question: string) => (stderr.write(question), Promise.resolve(answer));
  const surroundings = { stdout, stderr, env, cwd, ask, ...(signal === undefined ? {} : { signal }) };
  const code = await runCli(argv, surroundings, { ...realPipeline, ...options.pipeline });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
