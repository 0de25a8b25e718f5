import { UserError } from "../../errors.ts";
import { defaultEmitOptions } from "../../pipeline.ts";
import type { EmitOptions } from "../../pipeline.ts";
import { readTarget } from "../../verify/target/database.ts";
import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodeOf } from "../failure.ts";
import type { Session } from "../session.ts";
import { emitView } from "../views/steps.ts";

interface Given {
  readonly tables?: readonly string[] | undefined;
  readonly "if-exists"?: "stop" | "skip" | undefined;
  readonly schema: boolean;
  readonly "split-rows"?: number | undefined;
  readonly "split-bytes"?: number | undefined;
  readonly since?: string | undefined;
  readonly "only-missing"?: string | undefined;
  readonly provenance?: "table" | undefined;
  readonly bulk?: string | undefined;
  readonly gzip: boolean;
  readonly transaction: "file" | "none";
}

function positive(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value > 0) return value;
  throw new UserError({
    what: `--${name} ${value} is no whole number above 0`,
    remedy: "Give how many a file may have",
  });
}

function optionsOf(given: Given, session: Session): EmitOptions {
  const held = given["only-missing"];
  const { split } = defaultEmitOptions;
  return {
    ...(given.tables === undefined ? {} : { tables: given.tables }),
    ...(given["if-exists"] === undefined ? {} : { ifExists: given["if-exists"] }),
    createsSchema: given.schema,
    ...(given.since === undefined ? {} : { since: session.absolute(given.since) }),
    ...(held === undefined ? {} : { onlyMissing: readTarget(session.secret(held), session.absolute) }),
    split: {
      rows: positive("split-rows", given["split-rows"], split.rows),
      bytes: positive("split-bytes", given["split-bytes"], split.bytes),
    },
    ...(given.provenance === undefined ? {} : { provenance: given.provenance }),
    ...(given.bulk === undefined ? {} : { bulkFolder: given.bulk }),
    gzip: given.gzip,
    transaction: given.transaction,
  };
}

export default defineCommand({
  usage: "emit [recipe]",
  describe: "Write the rebuild scripts from what is reconciled",
  build: (yargs) =>
    optionalRecipeArgument(yargs)
      .option("tables", { type: "array", string: true, requiresArg: true, describe: "Only these tables" })
      .option("if-exists", {
        choices: ["stop", "skip"] as const,
        describe: "What to do about a key that is there already, in place of the recipe's",
      })
      .option("schema", { type: "boolean", default: true, describe: "Make tables and keys that are missing" })
      .option("split-rows", { type: "number", requiresArg: true, describe: "Rows of a data file (100000)" })
      .option("split-bytes", { type: "number", requiresArg: true, describe: "Bytes of a data file (16777216)" })
      .option("since", {
        type: "string",
        requiresArg: true,
        describe: "Only what is new or changed since the scripts of this manifest.json",
      })
      .option("only-missing", {
        type: "string",
        requiresArg: true,
        describe: "Only rows that this database has not: a URL, a SQLite file, or env:NAME",
      })
      .option("provenance", {
        choices: ["table"] as const,
        describe: "Two tables more, which say where each cell came from",
      })
      .option("bulk", {
        type: "string",
        requiresArg: true,
        describe: "Large tables as files for BULK INSERT, which the server finds in this folder",
      })
      .option("gzip", { type: "boolean", default: false, describe: "Compress the data files" })
      .option("transaction", {
        choices: ["file", "none"] as const,
        default: "file" as const,
        describe: "One transaction a data file, or none (with --if-exists skip)",
      })
      .example("salvage emit --since first/manifest.json", "a second wave, while production runs again")
      .example("salvage emit --no-schema --tables dbo.Orders", "rows of one table that is there"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const report = await session.pipeline.emit(incident, session.services, optionsOf(given, session));
    session.respond(report.summary, () => emitView(session.redacted(report), session.relative, session.paint));
    return exitCodeOf(report.summary.verdict);
  },
});
