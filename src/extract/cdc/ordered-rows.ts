/** Rows of a file in the order of the log that they are from. */
import { UserError } from "../../errors.ts";
import type { Fields } from "../events/changes.ts";
import { type TableRow, tableRows, type TableSource } from "../events/table-rows.ts";
import type { ExtractContext } from "../extractor.ts";

/** Rows of a file that is in no order are held, to be put in order. */
const mostHeld = 1_000_000;

/** Nobody is told what another reading of the file tells. */
export const unheard = {
  read: () => undefined,
  skip: () => undefined,
  quarantine: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
} as const;

export interface RowOrder {
  /** Compares as text. */
  readonly orderOf: (row: Fields) => string;
  /** As in an ORDER BY. */
  readonly columns: string;
}

type Rows = AsyncIterable<{ readonly rows: readonly TableRow[] }>;

/**
 * Reads the rows in their order, as often as it is called; a file that is in order is not held.
 * Throws UserError where the rows of a file in no order are too many to be held.
 */
export async function orderedRows(
  source: TableSource,
  fields: readonly string[],
  order: RowOrder,
  context: ExtractContext,
): Promise<(context: ExtractContext) => Rows> {
  if (await isInOrder(source, fields, order, context)) return (each) => tableRows(source, fields, each);
  return (each) => inOrder(source, fields, order, each);
}

async function isInOrder(
  source: TableSource,
  fields: readonly string[],
  { orderOf }: RowOrder,
  context: ExtractContext,
): Promise<boolean> {
  let last = "";
  for await (const { rows } of tableRows(source, fields, { ...context, ...unheard }))
    for (const { values } of rows) {
      const order = orderOf(values);
      if (order < last) return false;
      last = order;
    }
  return true;
}

async function* inOrder(
  source: TableSource,
  fields: readonly string[],
  { orderOf, columns }: RowOrder,
  context: ExtractContext,
): AsyncGenerator<{ rows: readonly TableRow[] }> {
  const held: { readonly order: string; readonly row: TableRow }[] = [];
  for await (const { rows } of tableRows(source, fields, context)) {
    for (const row of rows) held.push({ order: orderOf(row.values), row });
    if (held.length > mostHeld) throw tooMany(source, columns);
  }
  const sorted = held.toSorted((left, right) => (left.order < right.order ? -1 : left.order > right.order ? 1 : 0));
  yield { rows: sorted.map(({ row }) => row) };
}

function tooMany({ file }: TableSource, columns: string): UserError {
  return new UserError({
    what: `the rows of the file are in no order, and more than ${mostHeld}`,
    remedy: `Sort the file by ${columns}, or export it with that ORDER BY`,
    where: { file: file.name },
  });
}
