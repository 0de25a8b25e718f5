/** The tables that are taken from the records at one place of a file. */
import type { Conventions } from "../../values/codec.ts";
import type { InnerRows, PathNode } from "./path-tree.ts";
import { type JsonRow, rowsIn } from "./rows.ts";
import { climb } from "./source-path.ts";
import { TableFeed } from "./table-feed.ts";

/** Objects on the way to rows, which are no rows themselves. */
interface Passage {
  readonly way: readonly string[];
  readonly taken: ReadonlySet<string>;
}

export class NodeFeed {
  readonly feeds: readonly TableFeed[];
  /** Fields of the objects on the way that lead nowhere. */
  readonly leftovers = new Set<string>();
  readonly #passages: readonly Passage[];

  constructor({ tables }: PathNode, conventions: Conventions, zone: string) {
    this.feeds = tables.map((table) => new TableFeed(table, takenAt(table.inner, tables), conventions, zone));
    this.#passages = passagesOf(tables).map((way) => ({ way, taken: takenAt(way, tables) }));
  }

  /** Notes what the record holds beside its rows. */
  pass(record: JsonRow): void {
    for (const { way, taken } of this.#passages)
      for (const object of rowsIn(record, way))
        if ("members" in object)
          for (const { name } of object.members) if (!taken.has(name.toLowerCase())) this.leftovers.add(name);
  }
}

/** Ways above those of `tables` that no table is taken from. */
function passagesOf(tables: readonly InnerRows[]): (readonly string[])[] {
  const ways = tables.flatMap(({ inner }) => inner.map((_, depth) => inner.slice(0, depth)));
  const different = new Map(ways.map((way) => [way.join("\0"), way]));
  for (const { inner } of tables) different.delete(inner.join("\0"));
  return [...different.values()];
}

/** What tables below take from the objects at the end of `way`: the next name of their own way, and what they climb for. In lower case. */
function takenAt(way: readonly string[], tables: readonly InnerRows[]): Set<string> {
  const below = tables.filter(
    ({ inner }) => inner.length > way.length && way.every((name, depth) => inner[depth] === name),
  );
  return new Set(
    below.flatMap(({ rows, inner }) => {
      const climbed = [...rows.mapping.columns.values()].map((source) => climb(source));
      const here = climbed.filter(({ up }) => up === inner.length - way.length).map(({ path }) => path.split(".")[0]);
      return [inner[way.length] ?? "", ...here].map((name = "") => name.toLowerCase());
    }),
  );
}
