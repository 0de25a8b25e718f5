import { UserError } from "../../errors.ts";
import { serveReview } from "../../review/server.ts";
import { readSheetFile, writeSheet } from "../../review/sheet-files.ts";
import { readSheetRows, sheetRows } from "../../review/sheet.ts";
import type { SheetFault } from "../../review/sheet.ts";
import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodes } from "../failure.ts";
import type { IncidentArguments, Session } from "../session.ts";
import { exportedView, importedView, invitation } from "../views/review.ts";

/** Throws UserError for what is no port. */
function parsePort(text: string | string[] | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = typeof text === "string" && /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UserError({
    what: "--port takes one number from 1 to 65535",
    remedy: "Leave it out for a free one, or write --port 8080",
  });
}

interface Given {
  readonly port?: number | undefined;
  readonly export?: string | undefined;
  readonly import?: string | undefined;
  readonly by?: string | undefined;
  readonly why?: string | undefined;
}

/** Throws UserError for options that do not go together. */
function requireOneUse({ port, export: out, import: back, by, why }: Given): void {
  const uses = [port !== undefined, out !== undefined, back !== undefined].filter(Boolean).length;
  if (uses > 1)
    throw new UserError({
      what: "--port, --export and --import are different things to do",
      remedy: "Give one of them, or none to decide in a browser",
    });
  if (back === undefined && (by !== undefined || why !== undefined))
    throw new UserError({
      what: "--by and --why sign the lines of a sheet that is imported",
      remedy: "Give them with --import; in the browser they are filled in there",
    });
}

async function exportSheet(given: Given & IncidentArguments, file: string, session: Session): Promise<void> {
  const incident = await session.open(given, { offline: true });
  const review = await session.pipeline.openReview(incident, session.services);
  try {
    const items = await writeSheet(session.absolute(file), sheetRows(review.sheetItems()));
    session.respond({ file, items }, (written) => exportedView(written));
  } finally {
    review.close();
  }
}

async function importSheet(given: Given & IncidentArguments, file: string, session: Session): Promise<void> {
  const incident = await session.open(given, { offline: true });
  const { by = "", why = "" } = given;
  const { choices, faults } = readSheetRows(await readSheetFile(session.absolute(file)), { by, why });
  if (faults.length > 0) throw faultySheet(file, faults);
  const review = await session.pipeline.openReview(incident, session.services);
  try {
    session.respond({ file, ...review.decideAll(choices) }, importedView);
  } finally {
    review.close();
  }
}

const faultsShown = 20;

function faultySheet(file: string, faults: readonly SheetFault[]): UserError {
  const lines = faults.slice(0, faultsShown).map(({ row, message }) => `line ${row}: ${message}`);
  const rest = faults.length - lines.length;
  const count = faults.length === 1 ? "a line" : `${faults.length} lines`;
  return new UserError({
    what: `${count} of the sheet cannot be read:\n${[...lines, ...(rest > 0 ? [`${rest} more`] : [])].join("\n")}`,
    where: { file },
    remedy: "Correct them and import the sheet again; nothing of it is noted before that",
  });
}

export default defineCommand({
  usage: "review [recipe]",
  describe: "Decide in a browser what is contested or withheld",
  build: (yargs) =>
    optionalRecipeArgument(yargs)
      .option("port", {
        type: "string",
        requiresArg: true,
        coerce: parsePort,
        describe: "Where it is served, on this machine alone; default: a free one",
      })
      .option("export", {
        type: "string",
        requiresArg: true,
        describe: "Write what is open to this .csv or .xlsx instead, to be decided in a spreadsheet",
      })
      .option("import", {
        type: "string",
        requiresArg: true,
        describe: "Note what was decided in such a file: all of it, or nothing",
      })
      .option("by", { type: "string", requiresArg: true, describe: "Who decided, for lines that do not say it" })
      .option("why", { type: "string", requiresArg: true, describe: "On what grounds, for lines that do not say it" })
      .example("salvage review --export open.xlsx", "Fill in its column choice")
      .example('salvage review --import open.xlsx --by anna --why "called them"', "Note what was decided there")
      .example("salvage review", "Prints an address to open in a browser on this machine"),
  async run(given, session) {
    requireOneUse(given);
    if (given.export !== undefined) return (await exportSheet(given, given.export, session), exitCodes.clean);
    if (given.import !== undefined) return (await importSheet(given, given.import, session), exitCodes.clean);
    const incident = await session.open(given, { offline: true });
    const { services } = session;
    const review = await session.pipeline.openReview(incident, services);
    const onFault = (error: unknown): void =>
      services.reporter.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    try {
      const served = await serveReview(review, { port: given.port, signal: services.signal, onFault });
      session.respond({ url: served.url }, ({ url }) => invitation(url));
      await served.ended;
    } finally {
      review.close();
    }
    return exitCodes.clean;
  },
});
