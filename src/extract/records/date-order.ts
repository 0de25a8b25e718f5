/**
 * The order of day, month and year that a column of a file is written in, where the recipe does not say: told from all of its dates, never from one
 * cell for itself. See docs/decisions/0016-date-order-by-column.md.
 */
import type { Column } from "../../schema/model.ts";
import type { DateOrder } from "../../values/codec.ts";
import { possibleOrders } from "../../values/date-orders.ts";
import type { ExtractContext, ObservationBatch } from "../extractor.ts";
import { DateTally } from "./date-tally.ts";

const dateTypes = new Set(["date", "datetime", "datetime2", "smalldatetime", "datetimeoffset"]);

type Orders = ReadonlyMap<Column, DateOrder | "unknown">;

/**
 * Passes the batches of one file through. Before the first in which an order matters and is `unknown`, the file is read once more by `reread`, and what
 * its columns show is added to the batches and told to people. Without such a date nothing is read twice.
 */
export async function* settleDateOrders(
  batches: AsyncIterable<ObservationBatch>,
  reread: () => AsyncIterable<ObservationBatch>,
  warn: ExtractContext["warn"],
): AsyncGenerator<ObservationBatch> {
  let dateOrders: Orders | undefined;
  for await (const batch of batches) {
    if (dateOrders === undefined && batch.conventions.dateOrder === "unknown" && needsOrders(batch))
      dateOrders = await inferOrders(reread(), warn);
    yield dateOrders === undefined ? batch : { ...batch, dateOrders };
  }
}

function nothing(): void {
  // It was said, or counted, when the file was read for the first time.
}

/** A context for a second look at a file: what it says was said before. */
export function unheard(context: ExtractContext): ExtractContext {
  const { files, folder, mappings, signal, zone, offline } = context;
  const silent = { read: nothing, skip: nothing, evidence: nothing, quarantine: nothing, leftover: nothing };
  return {
    files,
    folder,
    mappings,
    signal,
    zone,
    offline,
    ...silent,
    warn: nothing,
    log: nothing,
    partial: nothing,
    progress: nothing,
    capture: () => context.capture(),
  };
}

function dateIndexes({ columns }: ObservationBatch): number[] {
  return [...columns.keys()].filter((index) => dateTypes.has(columns[index]?.type.name ?? ""));
}

/** Looks at every date there is: loops cost less here than callbacks. */
function needsOrders(batch: ObservationBatch): boolean {
  for (const index of dateIndexes(batch))
    for (const row of batch.rows) {
      const cell = row[index];
      if (typeof cell === "string" && possibleOrders(cell) !== undefined) return true;
    }
  return false;
}

async function inferOrders(batches: AsyncIterable<ObservationBatch>, warn: ExtractContext["warn"]): Promise<Orders> {
  const tallies = new Map<Column, DateTally>();
  let file: ObservationBatch["file"] | undefined;
  for await (const batch of batches) {
    ({ file } = batch);
    for (const index of dateIndexes(batch)) tallyColumn(batch, index, tallies);
  }
  for (const tally of tallies.values())
    if (tally.finding !== undefined && file !== undefined) warn(tally.finding, { file });
  return new Map([...tallies].map(([column, { order }]) => [column, order]));
}

function tallyColumn(batch: ObservationBatch, index: number, tallies: Map<Column, DateTally>): void {
  const column = batch.columns[index] as Column;
  const unit = batch.positionsAre;
  const tally = tallies.get(column) ?? new DateTally(`${batch.table.id}.${column.name}`, unit);
  tallies.set(column, tally);
  for (const [row, cells] of batch.rows.entries()) {
    const cell = cells[index];
    if (typeof cell === "string") tally.add(cell, batch.positions[row] ?? 0);
  }
}
