/** What a command is: arguments, and a handler that parses, delegates, returns its exit code. */
import type { Argv, CommandModule } from "yargs";
import { UserError } from "../errors.ts";
import { defaultWorkforce } from "../pipeline.ts";
import type { Workforce } from "../pipeline.ts";
import type { ExitCode } from "./failure.ts";
import type { IncidentArguments, Session } from "./session.ts";

export interface Command<Arguments extends object = object> {
  /** `run <recipe>` */
  readonly usage: string;
  readonly describe: string;
  build(yargs: Argv): Argv<Arguments>;
  run(given: Arguments & IncidentArguments, session: Session): Promise<ExitCode>;
}

/** Types a command's object literal; it adds nothing at run time. */
export function defineCommand<Arguments extends object>(command: Command<Arguments>): Command<Arguments> {
  return command;
}

/** The command as yargs takes it; `done` gets the exit code. */
export function moduleOf<Arguments extends object>(
  command: Command<Arguments>,
  session: Session,
  done: (code: ExitCode) => void,
): CommandModule<object, Arguments> {
  return {
    command: command.usage,
    describe: command.describe,
    builder: (yargs) => command.build(yargs),
    handler: async (given) => done(await command.run(given as object as Arguments & IncidentArguments, session)),
  };
}

export function recipeArgument(yargs: Argv): Argv<{ recipe: string }> {
  return yargs.positional("recipe", { type: "string", demandOption: true, describe: "The recipe's file" });
}

export function optionalRecipeArgument(yargs: Argv): Argv<{ recipe: string | undefined }> {
  return yargs.positional("recipe", {
    type: "string",
    describe: "The recipe's file; default: the copy in the incident's directory",
  });
}

export function workersOption<Arguments>(yargs: Argv<Arguments>): Argv<Arguments & { workers: Workforce | undefined }> {
  return yargs.option("workers", {
    type: "string",
    requiresArg: true,
    coerce: parseWorkers,
    describe: "Threads for large tables and servers, which change no output; default: one a processor, at most 4",
  });
}

/** @throws UserError for anything but one number from 1 to 64 */
function parseWorkers(text: string | string[] | undefined): Workforce | undefined {
  if (text === undefined) return undefined;
  const workers = typeof text === "string" && /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= 64) return { ...defaultWorkforce, workers };
  throw new UserError({
    what: "--workers takes one number from 1 to 64",
    remedy: "Leave it out, or write --workers 2",
  });
}

/**
 * The parts of a key: `10248,11` → two texts. A backslash keeps the next character: `a\,b` is one part.
 * @throws UserError for a backslash at the end
 */
export function parseKey(text: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === ",") parts.push("");
    else parts[parts.length - 1] += character === "\\" ? (text[++at] ?? unfinished(text)) : character;
  }
  return parts;
}

function unfinished(text: string): never {
  const remedy = String.raw`Write \\ for a backslash, \, for a comma`;
  throw new UserError({ what: `the key ${text} ends in a backslash, which keeps the next character`, remedy });
}
