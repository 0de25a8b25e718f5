/** Turns the captured rows of one table into batches of observations. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { isStored, sameName } from "../../schema/model.ts";
import type { Column } from "../../schema/model.ts";
import { defaultConventions } from "../../values/codec.ts";
import type { RawValue } from "../../values/codec.ts";
import { wallClock } from "../../values/wall-clock.ts";
import type { CapturedColumn, CapturedTable } from "../capture/manifest.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import type { CapturedRows } from "./captured-rows.ts";
import { isAskedFor } from "./tables.ts";

type Cell = RawValue | null;

/** One cell of an observation: where it stands in a captured row, and what is done to it. */
interface Picked {
  readonly target: Column;
  readonly index: number;
  /** It is a moment, and its column has no offset: the zone on whose clock it is read. */
  readonly zone: string | undefined;
  /** Texts of a sql_variant begin with their base type: where only one side is one, it is taken off, or put before. */
  readonly baseType: "named" | "none";
}

/** Types in which a moment keeps its offset, or which take it as text. */
const keepsOffset = new Set(["datetimeoffset", "char", "varchar", "text", "nchar", "nvarchar", "ntext", "sql_variant"]);

const conventions = { ...defaultConventions, namesBaseTypes: true };

function withBaseType(text: string, baseType: Picked["baseType"]): string {
  return baseType === "named" ? text : `nvarchar:${text}`;
}

function withoutBaseType(text: string, baseType: Picked["baseType"]): string {
  return baseType === "named" ? text.slice(text.indexOf(":") + 1) : text;
}

export class TableFeed {
  readonly #mapping: TableMapping;
  readonly #picks: readonly Picked[];
  /** The same array for every batch: the store prepares once for it. */
  readonly #columns: readonly Column[];

  /** Throws UserError where the recipe names a column that the source has not. */
  constructor(mapping: TableMapping, captured: CapturedTable, zone: string) {
    this.#mapping = mapping;
    this.#picks = pickColumns(mapping, captured, zone);
    this.#columns = this.#picks.map(({ target }) => target);
  }

  /** Does any column feed the target? */
  get feeds(): boolean {
    return this.#picks.length > 0;
  }

  /** Names of captured columns that feed nothing. */
  leftover(captured: CapturedTable): string[] {
    const used = new Set(this.#picks.map(({ index }) => index));
    return captured.columns.filter((_, index) => !used.has(index)).map(({ name }) => name);
  }

  batch(file: EvidenceFile, { rows, line, raw }: CapturedRows): ObservationBatch {
    return {
      table: this.#mapping.table,
      columns: this.#columns,
      operation: "snapshot",
      conventions,
      file,
      positionsAre: "line",
      rows: rows.map((row) => this.#pick(row)),
      positions: rows.map((_, index) => line + index),
      raw,
    };
  }

  #pick(cells: readonly Cell[]): Cell[] {
    return this.#picks.map(({ target, index, zone, baseType }) => {
      const cell = cells[index] ?? null;
      if (typeof cell !== "string") return cell;
      const text = zone === undefined ? cell : wallClock(cell, zone);
      return target.type.name === "sql_variant" ? withBaseType(text, baseType) : withoutBaseType(text, baseType);
    });
  }
}

function pickColumns(mapping: TableMapping, captured: CapturedTable, zone: string): Picked[] {
  return mapping.table.columns.filter(isStored).flatMap((target) => {
    const index = indexFor(mapping, captured, target);
    if (index < 0) return [];
    const baseType = captured.columns[index]?.declaredType === "sql_variant" ? "named" : "none";
    const isShifted = captured.columns[index]?.isInstant === true && !keepsOffset.has(target.type.name);
    return [{ target, index, zone: isShifted ? zone : undefined, baseType }];
  });
}

function indexFor(mapping: TableMapping, captured: CapturedTable, target: Column): number {
  const named = [...mapping.columns].find(([name]) => sameName(name, target.name))?.[1];
  const index = indexOfName(captured.columns, named ?? target.name);
  if (index < 0 && named !== undefined) throw withoutColumn(mapping, captured, named);
  return index;
}

/** The column that is written so, else the one that differs in case only. */
function indexOfName(columns: readonly CapturedColumn[], name: string): number {
  const exact = columns.findIndex((column) => column.name === name);
  return exact >= 0 ? exact : columns.findIndex((column) => sameName(column.name, name));
}

function withoutColumn({ table }: TableMapping, { relation, columns }: CapturedTable, name: string): UserError {
  const names = columns.map((column) => column.name);
  const near = nearest(name, names);
  return new UserError({
    what: `${relation ?? "the query"} has no column ${name} that can be read`,
    where: { table: table.id },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`columns\`; its columns are ${names.join(", ")}`,
  });
}

/** Rows that feed nothing are lost: a fault where the recipe says something of its own about the table, else told. */
export function refuseNothing(mapping: TableMapping, captured: CapturedTable, feed: TableFeed): void {
  if (feed.feeds || !isAskedFor(mapping)) return;
  throw new UserError({
    what: `no column of ${captured.relation ?? "the query"} feeds the table: it has ${captured.columns.map(({ name }) => name).join(", ") || "none that can be read"}`,
    where: { table: mapping.table.id },
    remedy: `Map them with \`columns\`; the target's are ${mapping.table.columns.map(({ name }) => name).join(", ")}`,
  });
}

/** What people should know of the table, and why its absences may prove nothing: the same whether it is read now or from the capture. */
export function tellOf(
  mapping: TableMapping,
  captured: CapturedTable,
  feed: TableFeed,
  context: Pick<ExtractContext, "partial" | "leftover" | "warn">,
): void {
  const { table, where } = mapping;
  refuseNothing(mapping, captured, feed);
  if (!feed.feeds)
    context.warn(
      `${table.id}: no column of ${captured.relation} feeds it, so that its rows are lost`,
      undefined,
      "loss",
    );
  context.leftover(captured.relation ?? table.id, feed.leftover(captured));
  for (const limit of captured.limits) context.partial(table, limit);
  if (where !== undefined) context.partial(table, `only rows where ${where}`);
  const pieces = captured.readAt.length;
  if (pieces > 1 && !captured.isConsistent)
    context.partial(table, `read in ${pieces} pieces, not at one moment, so that what it lacks proves nothing`);
  else if (!captured.isConsistent)
    context.warn(`${table.id}: the server gave no snapshot: rows may have changed while they were read`);
}
