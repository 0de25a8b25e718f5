import { UserError } from "../../errors.ts";
import { defineCommand, parseKey } from "../command.ts";
import { exitCodes } from "../failure.ts";

interface Given {
  readonly column?: string | undefined;
  readonly value?: string | undefined;
  readonly null: boolean;
  readonly withhold: boolean;
}

/** A cell with a value or NULL, or the row withheld; nothing else, and not two of them. */
function cellOf({
  column,
  value,
  null: isNull,
  withhold,
}: Given): { column: string; value: string | null } | undefined {
  const isCell = column !== undefined && (value !== undefined) !== isNull && !withhold;
  if (isCell) return { column, value: isNull ? null : (value ?? "") };
  if (withhold && column === undefined && value === undefined && !isNull) return undefined;
  throw new UserError({
    what: "a decision is a column with --value or --null, or --withhold for the row",
    remedy: "Give one of them",
  });
}

export default defineCommand({
  usage: "decide <table> <key> [column]",
  describe: "Decide what a cell is, or that a row is withheld",
  build: (yargs) =>
    yargs
      .positional("table", { type: "string", demandOption: true, describe: "As in dbo.Orders, or Orders" })
      .positional("key", { type: "string", demandOption: true, describe: "The row's key, as for explain" })
      .positional("column", { type: "string", describe: "The cell's column" })
      .option("value", { type: "string", requiresArg: true, describe: "What the cell is" })
      .option("null", { type: "boolean", default: false, describe: "The cell is NULL" })
      .option("withhold", { type: "boolean", default: false, describe: "The row is not written" })
      .option("by", { type: "string", requiresArg: true, demandOption: true, describe: "Who decides" })
      .option("why", { type: "string", requiresArg: true, demandOption: true, describe: "On what grounds" })
      .example('salvage decide dbo.Orders 10248 ShipCity --value Reims --by anna --why "waybill"', "One cell"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const { table, by, why } = given;
    const file = await session.pipeline.decide(incident, {
      table,
      key: parseKey(given.key),
      cell: cellOf(given),
      by,
      why,
    });
    const shown = session.relative(file);
    session.respond({ file: shown }, () => `Noted in ${shown}; run \`salvage run\` to apply it.`);
    return exitCodes.clean;
  },
});
