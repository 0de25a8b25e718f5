/** A parquet file as it lies: what `salvage check` profiles. */
import type { CheckContext, EvidenceFile, SurveyedTable } from "../extractor.ts";
import type { RawValue } from "../../values/codec.ts";
import { RowReader } from "./cells.ts";
import { GroupReader, type GroupRows } from "./group.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";
import { type Cell, InvalidText } from "./stored.ts";
import { typeName } from "./values.ts";

/** On the clock of UTC: a moment is shown as it is stored. */
const zone = "UTC";
const rowsABatch = 1000;

export function surveyed(file: EvidenceFile, source: ParquetSource, context: CheckContext): SurveyedTable {
  const damage: string[] = [];
  return {
    file,
    facts: factsOf(source),
    fields: source.fields.map(({ name }) => name),
    types: source.fields.map(({ node }) => (node.children.length === 0 ? typeName(node.element) : "nested")),
    rows: readRows(source, context, damage),
    damage: () => damage,
  };
}

function factsOf(source: ParquetSource): { name: string; value: string }[] {
  const chunks = source.groups.flatMap(({ group }) => group.columns.flatMap(({ meta_data: meta }) => meta ?? []));
  const rows = source.groups.reduce((sum, group) => sum + group.rows, 0);
  return [
    { name: "rows", value: String(rows) },
    { name: "row groups", value: String(source.groups.length) },
    ...(source.createdBy === undefined ? [] : [{ name: "written by", value: source.createdBy }]),
    { name: "compression", value: distinct(chunks.map(({ codec }) => codec)) },
    { name: "encodings", value: distinct(chunks.flatMap(({ encodings }) => encodings ?? [])) },
    ...(source.isEncrypted ? [{ name: "encryption", value: "of some columns" }] : []),
  ];
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(", ");
}

async function* readRows(
  source: ParquetSource,
  { signal }: CheckContext,
  damage: string[],
): AsyncGenerator<(RawValue | null)[][]> {
  const reader = new RowReader(source.fields, [], zone);
  for (const place of source.groups)
    for await (const piece of new GroupReader(source, place, reader, signal).read()) {
      if (piece.kind === "rows") yield* shownRows(reader, piece, place, damage);
      else damage.push(`${piece.to - piece.from} rows of row group ${place.number} cannot be read: ${piece.reason}`);
    }
}

function* shownRows(
  reader: RowReader,
  { from, rows }: GroupRows,
  { firstRow }: GroupPlace,
  damage: string[],
): Generator<(RawValue | null)[][]> {
  for (let at = 0; at < rows.length; at += rowsABatch)
    yield rows.slice(at, at + rowsABatch).flatMap((row, index) => {
      const cells = reader.cells(row);
      if (typeof cells !== "string") return [cells.map((cell) => shown(cell))];
      damage.push(`row ${firstRow + from + at + index + 1} cannot be read: ${cells}`);
      return [];
    });
}

function shown(cell: Cell | null): RawValue | null {
  return cell instanceof InvalidText ? cell.bytes : cell;
}
