/** The command line in process: arguments in, exit code out. */
import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import type { Argv } from "yargs";
import { UserError } from "../errors.ts";
import * as realPipeline from "../pipeline.ts";
import { moduleOf } from "./command.ts";
import type { Command } from "./command.ts";
import apply from "./commands/apply.ts";
import bag from "./commands/bag.ts";
import check from "./commands/check.ts";
import drill from "./commands/drill.ts";
import emit from "./commands/emit.ts";
import decide from "./commands/decide.ts";
import explain from "./commands/explain.ts";
import extract from "./commands/extract.ts";
import extractors from "./commands/extractors.ts";
import reconcile from "./commands/reconcile.ts";
import reportCommand from "./commands/report.ts";
import rules from "./commands/rules.ts";
import replay from "./commands/replay.ts";
import review from "./commands/review.ts";
import run from "./commands/run.ts";
import status from "./commands/status.ts";
import verify from "./commands/verify.ts";
import { exitCodes, failureOf, formatFailure } from "./failure.ts";
import type { ExitCode, Failure } from "./failure.ts";
import { Session } from "./session.ts";
import type { Pipeline, Surroundings } from "./session.ts";
import { lineWidth } from "./terminal.ts";

const description = "Rebuilds lost SQL Server tables from the fragments that survive.";
const exitCodeHelp = "Exit codes: 0 done · 1 done, people are needed · 2 could not be done · 3 a bug · 130 interrupted";

/**
 * Runs one command line, without the program's name. Never throws; nothing but `surroundings` is written to.
 * @param used the pipeline to work with
 * @returns the exit code, as DESIGN lists them
 */
export async function runCli(
  argv: readonly string[],
  surroundings: Omit<Surroundings, "signal"> & { readonly signal?: AbortSignal },
  used: Pipeline = realPipeline,
): Promise<ExitCode> {
  const { signal = new AbortController().signal } = surroundings;
  const json = wantsJson(argv);
  const session = new Session({ ...surroundings, signal }, used, json);
  try {
    return await dispatch(argv, session, (text) => surroundings.stdout.write(`${text}\n`));
  } catch (error) {
    session.close();
    return report(session.redacted(failureOf(error, signal)), surroundings, json);
  }
}

/** Faults of the command line itself are reported as asked for, too. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--json");
}

async function dispatch(argv: readonly string[], session: Session, print: (help: string) => void): Promise<ExitCode> {
  let code: ExitCode = exitCodes.clean;
  const parser = createParser((command) => moduleOf(command, session, (given) => (code = given)));
  await parser.parseAsync([...argv], {}, (_error, _given, output) => {
    if (output !== "") print(output);
  });
  return code;
}

function createParser(toModule: <T extends object>(command: Command<T>) => ReturnType<typeof moduleOf<T>>): Argv {
  return yargs()
    .scriptName("salvage")
    .usage(`$0 <command>\n\n${description}`)
    .locale("en")
    .updateStrings({
      "Not enough non-option arguments: got %s, need at least %s": {
        one: "arguments are missing: %s given, at least %s needed",
        other: "arguments are missing: %s given, at least %s needed",
      } as unknown as string,
    })
    .parserConfiguration({
      // Keys are texts: 007 stays 007.
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "dot-notation": false,
      "boolean-negation": false,
    })
    .command(toModule(check))
    .command(toModule(run))
    .command(toModule(extract))
    .command(toModule(reconcile))
    .command(toModule(emit))
    .command(toModule(reportCommand))
    .command(toModule(apply))
    .command(toModule(verify))
    .command(toModule(drill))
    .command(toModule(replay))
    .command(toModule(bag))
    .command(toModule(explain))
    .command(toModule(decide))
    .command(toModule(review))
    .command(toModule(status))
    .command(toModule(extractors))
    .command(toModule(rules))
    .option("dir", {
      type: "string",
      requiresArg: true,
      coerce: onlyOnce,
      describe: "The incident's directory; default incidents/<incident>",
    })
    .option("json", { type: "boolean", default: false, describe: "Print one JSON document on stdout" })
    .demandCommand(1, "no command was given")
    .strict()
    .recommendCommands()
    .version(version())
    .epilogue(exitCodeHelp)
    .wrap(lineWidth)
    .exitProcess(false)
    .fail(usageFault);
}

function onlyOnce(dir: string | string[] | undefined): string | undefined {
  if (!Array.isArray(dir)) return dir;
  throw new UserError({ what: "--dir is given more than once", remedy: "Say it once" });
}

/** yargs throws what it finds itself as YError, or only says it; the handlers' errors pass. */
function usageFault(message: string | undefined, error: Error | undefined): never {
  if (error !== undefined && error.name !== "YError") throw error;
  const said = message ?? error?.message ?? "";
  if (said.startsWith("Did you mean")) throw new UserError({ what: "unknown command", remedy: said });
  const what = said.slice(0, 1).toLowerCase() + said.slice(1);
  throw new UserError({
    what,
    remedy: "`salvage --help` lists the commands, `salvage COMMAND --help` their arguments",
  });
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

/** The message on stderr; with `--json` the same as a document on stdout. */
function report(failure: Failure, { stdout, stderr, cwd }: Omit<Surroundings, "signal">, json: boolean): ExitCode {
  stderr.write(formatFailure(failure).replaceAll(cwd + path.sep, ""));
  const { stack: _, ...error } = failure;
  if (json) stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  return failure.exitCode;
}
