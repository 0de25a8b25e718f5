/** Which row people mean by the text of a key. */
import { hasCrosswalk } from "../crosswalk/write.ts";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { Table } from "../schema/model.ts";
import { SourceReader } from "../stage/source-reader.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import { planKey } from "../values/key.ts";
import type { RowKey } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import type { OpenSource } from "./standings.ts";

/** Where a row is looked for; `sources` are open, as their crosswalks give them. */
export interface Rows {
  readonly incident: Incident;
  readonly table: Table;
  readonly sources: readonly OpenSource[];
}

/**
 * The key of a row, by one text for each key column. Where the last ends in ` of SOURCE`, as in `withheld.csv`, it is the key that this
 * source gives the row, whatever the row is called in the target. Throws UserError for a text that is no key of the table.
 */
export function findKey(rows: Rows, texts: readonly string[]): RowKey {
  const { incident, table, sources } = rows;
  const last = texts.at(-1) ?? "";
  const owner = sources.find(({ source }) => hasCrosswalk(source) && last.endsWith(` of ${source.id}`));
  if (owner === undefined) return parseKey(table, texts);
  // A text key of the target's may end in the same words.
  const key = tryParse(table, texts);
  if (key !== undefined && sources.some(({ reader }) => reader.observationsOf(table, key).length > 0)) return key;
  const own = [...texts.slice(0, -1), last.slice(0, -` of ${owner.source.id}`.length)];
  // The lists write a blank behind each comma.
  return ownKey(
    incident,
    table,
    owner,
    own.map((text, index) => (index > 0 ? text.replace(/^ /, "") : text)),
  );
}

/** The crosswalk keeps the numbers of the observations, so that a row is found in it by what its source calls it. */
function ownKey(incident: Incident, table: Table, { source, reader }: OpenSource, texts: readonly string[]): RowKey {
  const staged = new SourceReader(layoutOf(incident.directory).staged(source.id));
  try {
    const [first] = staged.observationsOf(table, parseKey(table, texts));
    const key = first && reader.keyOf(table, first.n);
    if (key !== undefined) return key;
  } finally {
    staged.close();
  }
  throw new UserError({
    what: "the source has no row that it calls so",
    where: { source: source.id, table: table.id, key: texts.join(", ") },
    remedy: "Write the key as report/withheld.csv does, or name the row by the target's key",
  });
}

function tryParse(table: Table, texts: readonly string[]): RowKey | undefined {
  try {
    return parseKey(table, texts);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

export function parseKey(table: Table, texts: readonly string[]): RowKey {
  const key = planKey(table);
  const { columns, kind } = key;
  const where = { table: table.id, key: texts.join(", ") };
  if (kind === "row")
    throw new UserError({
      what: "the table has no key to name a row by",
      where,
      remedy: "Query the staging file instead",
    });
  if (texts.length !== columns.length)
    throw new UserError({
      what: `the key has ${columns.length} ${columns.length === 1 ? "column" : "columns"}, ${texts.length} values were given`,
      where,
      remedy: `Give ${columns.map((column) => column.name).join(", ")} separated by commas`,
    });
  const cells = columns.map((column, index) => {
    const value = codecFor(column).parse(texts[index] ?? "", defaultConventions);
    if (!(value instanceof Unparsable)) return value;
    throw new UserError({
      what: `the value for ${column.name} ${value.reason}`,
      where,
      remedy: `Give a value of type ${column.declaredType}`,
    });
  });
  return key.encode(cells);
}
