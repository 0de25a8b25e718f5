/** A truth read from a real database, as a source of a rescue is read: only read. */
import fs from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { ddlScript } from "../../emit/sqlserver/ddl.ts";
import { UserError } from "../../errors.ts";
import { layoutOf } from "../../incident.ts";
import { extract, openIncident } from "../../pipeline.ts";
import type { Services } from "../../pipeline.ts";
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { readTsqlSchema } from "../../schema/tsql/read.ts";
import { SourceReader } from "../../stage/source-reader.ts";
import { counted } from "../../text.ts";
import type { DrillPlan, TruthPlan } from "../plan/model.ts";
import type { Cells, Truth, TruthTable } from "./model.ts";
import { parentsFirst } from "./order.ts";

interface Means {
  /** Gets the recipe and the staging of the reading. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
}

const source = "truth";

/** Throws UserError where the database cannot be read whole: a truth with gaps scores nothing. */
export async function readTruth(
  plan: DrillPlan,
  given: Extract<TruthPlan, { source: unknown }>,
  { folder, environment, services }: Means,
): Promise<Truth> {
  const recipe = path.join(folder, "recipe.yaml");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(recipe, recipeOf(plan, given));
  const directory = path.join(folder, "incident");
  const incident = await openIncident({ recipe, directory, environment, signal: services.signal });
  const extracted = await extract(incident, services);
  const quarantined = extracted.sources.reduce((sum, each) => sum + each.quarantined, 0);
  const reader = new SourceReader(layoutOf(directory).staged(source));
  try {
    requireWhole(reader, incident.tables, quarantined);
    const tables = parentsFirst(incident.tables);
    const ddl = ddlScript(tables);
    const read = readTsqlSchema(ddl, { file: "schema.sql" }).tables;
    return { ddl, tables: tables.map((table, index) => rowsOf(reader, table, read[index] ?? table)) };
  } finally {
    reader.close();
  }
}

function recipeOf(
  { folder }: DrillPlan,
  { source: given, schema, tables }: Extract<TruthPlan, { source: unknown }>,
): string {
  const file = given["path"];
  // What a variable holds is known when the recipe is read: it has to be an absolute path.
  const isKnown = typeof file === "string" && !file.includes("${env:");
  const located = isKnown ? { ...given, path: path.resolve(folder, file) } : given;
  return stringify({
    incident: source,
    target: {
      dialect: "sqlite",
      schema: schema === undefined ? { source } : path.resolve(folder, schema),
      ...(tables === undefined ? {} : { tables }),
    },
    sources: { [source]: located },
  });
}

function requireWhole(reader: SourceReader, tables: readonly Table[], quarantined: number): void {
  const { losses, unparsed, partial } = reader.notes();
  const lacks = [
    ...(quarantined === 0 ? [] : [`${counted(quarantined, "row")} cannot be read, by their key or otherwise`]),
    ...losses,
    ...unparsed.map(({ table, column, reason }) => `${table}.${column} ${reason}`),
    ...partial.map(({ table, why }) => `${table}: ${why}`),
  ];
  const empty = tables.every((table) => reader.count(table) === 0);
  if (lacks.length === 0 && !empty) return;
  throw new UserError({
    what: empty ? "the truth has no rows" : `the truth cannot be read as a whole: ${lacks.slice(0, 3).join("; ")}`,
    remedy: "Name a database that is whole, or leave out the tables that are not with `truth.tables`",
  });
}

function rowsOf(reader: SourceReader, table: Table, as: Table): TruthTable {
  const rows = [...reader.observations(table)].map(({ cells }): Cells => cells.map((cell) => cell ?? null));
  const [own, read] = [storedColumns(table).length, storedColumns(as).length];
  return { table: own === read ? as : table, rows };
}
