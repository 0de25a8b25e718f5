/** What people should know of crosswalks: which rows of a source have no key of the target's. */
import type { Table } from "../schema/model.ts";
import type { SourceReader } from "../stage/source-reader.ts";

interface ReadSource {
  readonly source: { readonly id: string };
  readonly reader: Pick<SourceReader, "keyless">;
}

/** `test: dbo.Customers: 12 rows without a key of the target's (17, 23, 40, …): no other source has a row with its Email`. */
export function crosswalkNotes(sources: readonly ReadSource[], tables: readonly Table[]): string[] {
  return sources.flatMap(({ source, reader }) =>
    tables.flatMap((table) =>
      reader.keyless(table).map(({ reason, rows, first }) => {
        const shown = [...first, ...(rows > first.length ? ["…"] : [])].join(", ");
        const count = `${rows} ${rows === 1 ? "row" : "rows"}`;
        return `${source.id}: ${table.id}: ${count} without a key of the target's (${shown}): ${reason.replace(/^no-key: /, "")}`;
      }),
    ),
  );
}
