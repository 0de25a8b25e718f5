/** The tables of an emission, as an emitter is handed them. */
import type { EmitTable } from "../../emit/emitter.ts";
import type { EmitOptions } from "../../emit/options.ts";
import { UserError } from "../../errors.ts";
import type { Incident } from "../../incident.ts";
import { resolveTable } from "../../recipe/names.ts";
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import type { ReconciledReader, TableTotals } from "../../stage/reconciled-reader.ts";
import { provenanceTables } from "../provenance.ts";

/** How many provisional cells the top of the scripts lists. */
const provisionalShown = 20;

/** Those that are asked for, and what says where their cells come from. Throws UserError for a table that is not rebuilt. */
export function tablesToEmit(
  incident: Incident,
  reader: ReconciledReader,
  totals: readonly TableTotals[],
  options: EmitOptions,
): readonly EmitTable[] {
  const all = incident.tables.map((table, index) => emitTable(reader, table, totals[index] as TableTotals));
  const rebuilt = chosenTables(incident, all, options);
  return options.provenance === undefined ? rebuilt : [...rebuilt, ...withProvenance(reader, rebuilt, options)];
}

/** Rows that are there already have no provenance of this emission. */
function withProvenance(
  reader: ReconciledReader,
  tables: readonly EmitTable[],
  { since, onlyMissing, createsSchema }: EmitOptions,
): EmitTable[] {
  if (since === undefined && onlyMissing === undefined && createsSchema) return provenanceTables(reader, tables);
  throw new UserError({
    what: "the tables of provenance are made and filled with all rows at once",
    remedy: "Leave out --since, --only-missing and --no-schema, or --provenance",
  });
}

function chosenTables(
  incident: Incident,
  all: readonly EmitTable[],
  { tables }: Pick<EmitOptions, "tables">,
): readonly EmitTable[] {
  if (tables === undefined) return all;
  const chosen = new Set(tables.map((name) => resolveTable({ ...incident.schema, tables: incident.tables }, name).id));
  return all.filter(({ table }) => chosen.has(table.id));
}

function emitTable(reader: ReconciledReader, table: Table, totals: TableTotals): EmitTable {
  const { emitted, withheld, highestIdentity, cells, contributions } = totals;
  return {
    table,
    columns: storedColumns(table),
    rowCount: emitted,
    rows: () => reader.rows(table),
    highestIdentity,
    provisional: { count: cells.contested + cells.nulled, first: firstProvisional(reader, table) },
    withheld,
    sources: contributions.map(({ source }) => source),
  };
}

function firstProvisional(reader: ReconciledReader, table: Table) {
  const first = [];
  for (const { key, column, reason, class: kind } of reader.conflicts(["contested", "nulled"], table)) {
    if (first.length === provisionalShown) break;
    first.push({ key, column, reason: `${kind}: ${reason ?? "no rule decided"}` });
  }
  return first;
}
