/** What people should know of crosswalks: which rows of a source have no key of the target's, or one that the recipe allocates. */
import type { Table } from "../schema/model.ts";
import type { AllocatedRows } from "../stage/keyless.ts";
import type { SourceReader } from "../stage/source-reader.ts";

interface ReadSource {
  readonly source: { readonly id: string };
  readonly reader: Pick<SourceReader, "keyless" | "allocated">;
}

/** `test: dbo.Customers: 12 rows without a key of the target's (17, 23, 40, …): no other source has a row with its Email`. */
export function crosswalkNotes(sources: readonly ReadSource[], tables: readonly Table[]): string[] {
  return sources.flatMap(({ source, reader }) =>
    tables.flatMap((table) => [
      ...allocationNote(source.id, table, reader.allocated(table)),
      ...reader.keyless(table).map(({ reason, rows, first }) => {
        const shown = [...first, ...(rows > first.length ? ["…"] : [])].join(", ");
        const count = `${rows} ${rows === 1 ? "row" : "rows"}`;
        return `${source.id}: ${table.id}: ${count} without a key of the target's (${shown}): ${reason.replace(/^no-key: /, "")}`;
      }),
    ]),
  );
}

/** `test: dbo.Customers: the recipe allocates keys for 2 rows (501 for 17, 502 for 23): they are neither the source's nor production's`. */
function allocationNote(source: string, table: Table, allocated: AllocatedRows | undefined): string[] {
  if (allocated === undefined) return [];
  const { rows, first } = allocated;
  const shown = [...first.map(({ key, own }) => `${key} for ${own}`), ...(rows > first.length ? ["…"] : [])].join(", ");
  const what = rows === 1 ? "a key for 1 row" : `keys for ${rows} rows`;
  const whose = `${rows === 1 ? "it is" : "they are"} neither the source's nor production's`;
  return [`${source}: ${table.id}: the recipe allocates ${what} (${shown}): ${whose}`];
}
