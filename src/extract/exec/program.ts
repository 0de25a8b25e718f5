/** A program at work: its output as lines, its limits, and its end, after which nothing of it is left running. */
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import type { UserError } from "../../errors.ts";
import { splitLines } from "../capture/lines.ts";
import { ProgramFaults, notStarted } from "./faults.ts";
import type { ProgramOrder } from "./order.ts";
import { Talk } from "./talk.ts";

export interface ProgramSurroundings {
  readonly signal: AbortSignal;
  /** Is told each line of its stderr. */
  readonly onTalk: (line: string) => void;
}

export interface ProgramLimits {
  /** Milliseconds between the request to end and the end by force. */
  readonly grace: number;
  /** Bytes of a line of output: it has to fit into memory several times. */
  readonly line: number;
}

export const programLimits: ProgramLimits = { grace: 5000, line: 256 << 20 };

/**
 * Runs a program and yields the lines of its stdout, as bytes without their ends. Throws UserError where it cannot be started, fails, or exceeds
 * a limit, and the signal's reason where that says stop; however it comes to an end, the program and its children are ended.
 */
export async function* runProgram(
  order: ProgramOrder,
  surroundings: ProgramSurroundings,
  limits = programLimits,
): AsyncGenerator<Buffer[]> {
  surroundings.signal.throwIfAborted();
  const program = new Program(order, surroundings, limits);
  try {
    yield* splitLines(program.output());
    await program.success();
  } finally {
    await program.end();
  }
}

type Ending = { readonly error: unknown } | { readonly code: number | null; readonly signal: string | null };

const longestTimer = 2 ** 31 - 1;
/** There are no process groups: only the program itself can be ended. */
const isWindows = process.platform === "win32";

class Program {
  readonly #order: ProgramOrder;
  readonly #signal: AbortSignal;
  readonly #limits: ProgramLimits;
  readonly #talk: Talk;
  readonly #faults: ProgramFaults;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ending: Promise<Ending>;
  readonly #timer: NodeJS.Timeout;
  #force: NodeJS.Timeout | undefined;
  #isOver = false;
  #printed = 0;
  /** Why it was stopped. */
  #fault: UserError | undefined;

  constructor(order: ProgramOrder, { signal, onTalk }: ProgramSurroundings, limits: ProgramLimits) {
    this.#order = order;
    this.#signal = signal;
    this.#limits = limits;
    this.#talk = new Talk(onTalk);
    this.#faults = new ProgramFaults(order, this.#talk);
    this.#child = start(order);
    this.#ending = endingOf(this.#child);
    this.#listen();
    this.#timer = setTimeout(() => this.#stop(this.#faults.tooLong()), Math.min(order.timeLimit, longestTimer));
    signal.addEventListener("abort", this.#interrupt);
    process.once("exit", this.#kill);
  }

  /** What it prints, as it comes. */
  async *output(): AsyncGenerator<Buffer> {
    // Without a process there are no streams.
    if (this.#child.pid === undefined) return;
    let line = 0;
    try {
      for await (const chunk of this.#child.stdout as AsyncIterable<Buffer>) {
        if (this.#isStopped) return;
        this.#count(chunk.length);
        const end = chunk.lastIndexOf(10);
        line = end < 0 ? line + chunk.length : chunk.length - end - 1;
        if (line > this.#limits.line) this.#stop(this.#faults.lineTooLong(this.#limits.line));
        yield chunk;
      }
    } catch (error) {
      if (!this.#isStopped) throw error;
    }
  }

  /** It ended by itself, without a complaint. Else throws. */
  async success(): Promise<void> {
    const ending = await this.#ending;
    this.#isOver = true;
    this.#talk.end();
    this.#signal.throwIfAborted();
    if (this.#fault !== undefined) throw this.#fault;
    if ("error" in ending) throw notStarted(this.#order, ending.error);
    if (ending.code !== 0) throw this.#faults.failed(ending.signal ?? `exit code ${ending.code}`);
  }

  /** Nothing of it runs any more. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#interrupt);
    if (!this.#isOver) this.#stop(undefined);
    await this.#ending;
    clearTimeout(this.#force);
    // What it left running in its group.
    this.#kill();
    process.removeListener("exit", this.#kill);
  }

  get #isStopped(): boolean {
    return this.#force !== undefined;
  }

  readonly #interrupt = (): void => this.#stop(undefined);

  readonly #kill = (): void => this.#send("SIGKILL");

  #listen(): void {
    if (this.#child.pid === undefined) return;
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#count(Buffer.byteLength(text));
      this.#talk.write(text);
    });
  }

  #count(bytes: number): void {
    this.#printed += bytes;
    if (this.#printed > this.#order.outputLimit) this.#stop(this.#faults.tooMuch());
  }

  /** Asks it to end, and makes it end if it does not. */
  #stop(fault: UserError | undefined): void {
    if (this.#isStopped) return;
    this.#fault = fault;
    this.#send("SIGTERM");
    this.#force = setTimeout(() => {
      this.#kill();
      // A child that left the group may hold the other ends open.
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }, this.#limits.grace);
  }

  #send(signal: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (isWindows) this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // There is nobody left to be told.
    }
  }
}

/** Never through a shell, and at the head of a process group of its own. */
function start(order: ProgramOrder): ChildProcessByStdio<null, Readable, Readable> {
  try {
    return spawn(order.file, order.arguments, {
      cwd: order.workingDirectory,
      env: order.environment,
      stdio: ["ignore", "pipe", "pipe"],
      shell: false,
      detached: !isWindows,
      windowsHide: true,
    });
  } catch (cause) {
    throw notStarted(order, cause);
  }
}

function endingOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}
