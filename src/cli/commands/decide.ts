import { UserError } from "../../errors.ts";
import type { Choice } from "../../pipeline.ts";
import { defineCommand, parseKey } from "../command.ts";
import { exitCodes } from "../failure.ts";

interface Given {
  readonly column?: string | undefined;
  readonly value?: string | undefined;
  readonly null: boolean;
  readonly withhold: boolean;
  readonly keep: boolean;
  readonly undo: boolean;
}

/** A cell with a value or NULL; the row withheld or kept; either taken back. One of them, and nothing else. */
function verdictOf(key: readonly string[], given: Given): Choice["verdict"] {
  const { column, value, null: isNull, withhold, keep, undo } = given;
  const asked = [value !== undefined, isNull, withhold, keep, undo].filter(Boolean).length;
  if (asked === 1) {
    if (undo) return { kind: "undo", key, column, group: undefined };
    if (column !== undefined && (isNull || value !== undefined))
      return { kind: "cell", key, column, value: isNull ? null : (value ?? "") };
    if (column === undefined && (withhold || keep)) return { kind: withhold ? "withhold" : "keep", key };
  }
  throw new UserError({
    what: "a decision is a column with --value or --null, or --withhold or --keep for the row, or --undo of either",
    remedy: "Give one of them",
  });
}

export default defineCommand({
  usage: "decide <table> <key> [column]",
  describe: "Decide what a cell is, or whether a row is written",
  build: (yargs) =>
    yargs
      .positional("table", { type: "string", demandOption: true, describe: "As in dbo.Orders, or Orders" })
      .positional("key", { type: "string", demandOption: true, describe: "The row's key, as for explain" })
      .positional("column", { type: "string", describe: "The cell's column" })
      .option("value", { type: "string", requiresArg: true, describe: "What the cell is" })
      .option("null", { type: "boolean", default: false, describe: "The cell is NULL" })
      .option("withhold", { type: "boolean", default: false, describe: "The row is not written" })
      .option("keep", { type: "boolean", default: false, describe: "The row was there, and is written" })
      .option("undo", { type: "boolean", default: false, describe: "What was decided of it holds no more" })
      .option("by", { type: "string", requiresArg: true, demandOption: true, describe: "Who decides" })
      .option("why", { type: "string", requiresArg: true, demandOption: true, describe: "On what grounds" })
      .example('salvage decide dbo.Orders 10248 ShipCity --value Reims --by anna --why "waybill"', "One cell"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const { table, by, why } = given;
    const file = await session.pipeline.decide(incident, {
      table,
      verdict: verdictOf(parseKey(given.key), given),
      by,
      why,
    });
    const shown = session.relative(file);
    session.respond({ file: shown }, () => `Noted in ${shown}; run \`salvage run\` to apply it.`);
    return exitCodes.clean;
  },
});
