/** Where identity columns go on counting (GOTCHAS 5). */
import { storedColumns } from "../../schema/model.ts";
import type { Column, Identity, SqlType } from "../../schema/model.ts";
import type { EmitTable } from "../emitter.ts";
import { tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";

export function identityColumn(emit: EmitTable): (Column & { readonly identity: Identity }) | undefined {
  return storedColumns(emit.table).find(
    (column): column is Column & { readonly identity: Identity } => column.identity !== undefined,
  );
}

/** Smallest and largest value of an identity column's type. */
function rangeOf(type: SqlType): readonly [bigint, bigint] {
  if (type.name === "tinyint") return [0n, 255n];
  const bits = { smallint: 15n, int: 31n, bigint: 63n }[type.name as string];
  if (bits !== undefined) return [-(2n ** bits), 2n ** bits - 1n];
  const most = 10n ** BigInt(type.precision ?? 18) - 1n;
  return [-most, most];
}

function clamp(value: bigint, [least, most]: readonly [bigint, bigint]): bigint {
  if (value < least) return least;
  return value > most ? most : value;
}

interface IdentityTarget {
  readonly value: bigint;
  readonly isRising: boolean;
  readonly seed: string;
}

/**
 * The extreme id seen in any source and `margin` ids on, in the direction of the increment; undefined where the table has no
 * identity or no id was seen.
 */
export function identityTarget(emit: EmitTable, margin: number): IdentityTarget | undefined {
  const column = identityColumn(emit);
  if (column === undefined || emit.highestIdentity === undefined) return undefined;
  const increment = BigInt(column.identity.increment);
  const isRising = increment > 0n;
  const last = emit.highestIdentity + (isRising ? BigInt(margin) : -BigInt(margin));
  // On a table that never had a row, RESEED n makes n itself the next value.
  const value = clamp(emit.rowCount === 0 ? last + increment : last, rangeOf(column.type));
  return { value, isRising, seed: column.identity.seed };
}

/** RESEED to the target. Never back: somebody may have inserted since. */
export function reseed(emit: EmitTable, margin: number): string | undefined {
  const target = identityTarget(emit, margin);
  if (target === undefined) return undefined;
  const name = nationalLiteral(tableIdentifier(emit.table));
  return [
    `IF ISNULL(IDENT_CURRENT(${name}), ${target.seed}) ${target.isRising ? "<" : ">"} ${target.value}`,
    `  DBCC CHECKIDENT (${name}, RESEED, ${target.value})`,
  ].join("\n");
}
