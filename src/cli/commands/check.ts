import { UserError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import type { ExitCode } from "../failure.ts";
import { exitCodes } from "../failure.ts";
import type { IncidentArguments, Session } from "../session.ts";
import { exportsView } from "../views/profile.ts";
import { checkView } from "../views/check.ts";

interface CheckArguments extends IncidentArguments {
  readonly paths: readonly string[];
  readonly profile: boolean;
  readonly all: boolean;
  readonly as: string | undefined;
  readonly option: readonly string[];
  readonly schema: string | undefined;
}

export default defineCommand({
  usage: "check <paths..>",
  describe: "Validate a recipe and look at its sources; or look at exports, before there is a recipe",
  build: (yargs) =>
    yargs
      .positional("paths", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "The recipe's file (.yaml), or files of exports",
      })
      .option("profile", {
        type: "boolean",
        default: false,
        describe: "Of a recipe's files, show every column; of exports they are shown anyway",
      })
      .option("all", {
        type: "boolean",
        default: false,
        describe: "Look at every record; default: 1,000,000, or 100,000,000 characters, a table",
      })
      .option("as", {
        type: "string",
        requiresArg: true,
        describe: "Exports: the extractor that reads them; default: what they look like",
      })
      .option("option", {
        type: "string",
        array: true,
        requiresArg: true,
        nargs: 1,
        default: [] as string[],
        describe: "Exports: an option of the extractor, as in --option encoding=cp850",
      })
      .option("schema", {
        type: "string",
        requiresArg: true,
        describe: "Exports: DDL of the tables that they may be of",
      }),
  run: (given, session) => (isRecipe(given.paths) ? checkRecipe(given, session) : checkExports(given, session)),
});

function isRecipe([first = "", another]: readonly string[]): boolean {
  return another === undefined && /\.ya?ml$/i.test(first);
}

async function checkRecipe(given: CheckArguments, session: Session): Promise<ExitCode> {
  refuseOptions({ as: given.as, schema: given.schema, option: given.option[0] });
  const incident = await session.open({ recipe: given.paths[0], dir: given.dir });
  const sources = await session.pipeline.checkIncident(incident, session.services, { all: given.all });
  session.respond({ incident: incident.recipe.incident, sources }, (checked) =>
    checkView(checked, given.profile, session.paint),
  );
  return exitCodes.clean;
}

/** The recipe says such things itself. */
function refuseOptions(options: Readonly<Record<string, string | undefined>>): void {
  const [name] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return;
  throw new UserError({
    what: `--${name} is for exports, and a recipe is checked`,
    remedy: "Leave it out, or name the files of exports in place of the recipe",
  });
}

/** Damage is told, and no failure: whoever asks what a file holds has been answered. */
async function checkExports(given: CheckArguments, session: Session): Promise<ExitCode> {
  const recipe = given.paths.find((file) => isRecipe([file]));
  if (recipe !== undefined)
    throw new UserError({
      what: `${recipe} is a recipe, and other files are named beside it`,
      remedy: "Check the recipe by itself",
    });
  const exports = await session.pipeline.profileExports(
    {
      paths: given.paths,
      folder: session.absolute("."),
      as: given.as,
      options: Object.fromEntries(given.option.map(parseOption)),
      schema: given.schema === undefined ? undefined : session.absolute(given.schema),
      all: given.all,
    },
    session.services,
  );
  session.respond({ exports }, (profiled) => exportsView(profiled.exports, session.paint));
  return exitCodes.clean;
}

/** `header=false`, `delimiter=";"`, `null=["", "NULL"]`: quotes and brackets are read as JSON, all else is text. */
function parseOption(text: string): [string, unknown] {
  const [, name = "", value = ""] = /^(\w+)=([^]+)$/.exec(text) ?? [];
  if (name === "")
    throw new UserError({ what: `--option ${text} names no value`, remedy: "Write --option encoding=cp850" });
  if (!/^(?:["[{]|true$|false$|\d+$)/.test(value)) return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}
