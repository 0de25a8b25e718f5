/** What a recipe's `allocate` comes to: which keys rows without a match may get. */
import { UserError } from "../errors.ts";
import type { Place } from "../errors.ts";
import type { Incident } from "../incident.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import { sameName } from "../schema/model.ts";
import type { Column, SqlType, Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";

/** New keys of the target's for rows that no source with its keys has. The recipe declares them: nobody's evidence does. */
export interface Allocation {
  /** The table's key. */
  readonly column: Column;
  /** The first of them; undefined: beyond all that is seen. */
  readonly from: bigint | undefined;
  /** From one to the next: the identity's increment, else 1. */
  readonly step: bigint;
  /** What stands first in a table of which nothing is seen. */
  readonly seed: bigint;
  /** Where the recipe declares them. */
  readonly where: Place;
}

/** `name`: the table as the recipe writes it. Undefined where its crosswalk allocates nothing. Throws UserError for a key that cannot be counted on. */
export function planAllocation(
  { recipe }: Incident,
  source: RecipeSource,
  table: Table,
  name: string,
): Allocation | undefined {
  const allocate = source.tables[name]?.crosswalk?.allocate;
  if (allocate === undefined) return undefined;
  const where = recipe.place(["sources", source.id, "tables", name, "crosswalk", "allocate"], "key");
  const column = countableKey(table, where);
  const { seed = "1", increment = "1" } = column.identity ?? {};
  const from = allocate.from === undefined ? undefined : BigInt(allocate.from);
  return { column, from, step: BigInt(increment), seed: BigInt(seed), where };
}

function countableKey(table: Table, where: Place): Column {
  const [column, ...more] = planKey(table).columns;
  if (column === undefined || more.length > 0 || !isWhole(column.type))
    throw new UserError({
      what: `the key of ${table.id} is not one whole number, so that no new one can be allocated`,
      where,
      remedy: "Take `allocate` away: rows without a match are then withheld",
    });
  if (!table.foreignKeys.some(({ columns }) => columns.some((other) => sameName(other, column.name)))) return column;
  throw new UserError({
    what: `the key of ${table.id} refers to another table, where a new one would not be`,
    where,
    remedy: "Allocate keys of the table that it refers to: its own rows follow",
  });
}

export function isWhole({ name, scale = 0 }: SqlType): boolean {
  const isDecimal = name === "decimal" || name === "numeric";
  return ["tinyint", "smallint", "int", "bigint"].includes(name) || (isDecimal && scale === 0);
}
